// A settlement as the console lists it.
import type { SettlementRow } from '#db/settlements/settlement-list.ts';
import { findChain, networkName } from '#domain/chains.ts';
import { formatDecimal, PRICE_DECIMALS } from '#domain/money.ts';
import type { SettlementView } from './operator-types.ts';

export const settlementView = (row: SettlementRow): SettlementView => {
  const chain = findChain(row.chainId);
  const token = chain?.tokens.find(({ address }) => address === row.token);
  const shown = (baseUnits: bigint | null): string | null =>
    baseUnits === null ? null : token ? formatDecimal(baseUnits, token.decimals, PRICE_DECIMALS) : baseUnits.toString();
  return {
    id: row.id,
    intentId: row.intentId,
    orderId: row.orderId,
    storeId: row.storeId,
    storeName: row.storeName,
    storeIsTest: row.storeIsTest,
    network: networkName(row.chainId),
    coin: token?.name ?? row.token,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.createdAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
    net: shown(row.netBaseUnits),
    fee: shown(row.feeBaseUnits),
    txHash: row.txHash,
    explorerUrl: row.txHash && chain?.explorerTxUrl ? `${chain.explorerTxUrl}${row.txHash}` : null,
    lastError: row.lastError,
  };
};
