// Money at an order's address that is none of our coins, for pages: what it is, and what the contract's release takes.
import type { StrayRow } from '#db/stray-money/stray-list.ts';
import { explorerTxUrl, findChain, networkName } from '#domain/chains.ts';
import { formatDecimal } from '#domain/money.ts';
import { isNativeToken } from '#domain/stray-money.ts';
import type { OrderStray } from './orders-types.ts';

export const strayView = (row: StrayRow): OrderStray => {
  const chain = findChain(row.chainId);
  return {
    id: row.id,
    chainId: row.chainId,
    isNative: isNativeToken(row.token),
    amount: row.decimals === null ? String(row.amountBaseUnits) : formatDecimal(row.amountBaseUnits, row.decimals, 0),
    /** A contract that returns no decimals has no other unit. */
    unit: row.decimals === null ? 'base units' : (row.symbol ?? 'tokens'),
    network: networkName(row.chainId),
    token: row.token,
    sender: row.sender ?? null,
    txHash: row.txHash ?? null,
    explorerUrl: chain && row.txHash ? explorerTxUrl(chain, row.txHash) : null,
    depositAddress: row.depositAddress,
  };
};
