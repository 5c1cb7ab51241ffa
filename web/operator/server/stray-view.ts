// Money that is none of our coins, as the console lists it.
import type { StrayRow } from '#db/stray-money/stray-list.ts';
import { networkName } from '#domain/chains.ts';
import { formatDecimal } from '#domain/money.ts';
import { statusName } from '#domain/status.ts';
import { isNativeToken } from '#domain/stray-money.ts';
import type { StrayItemView } from './operator-types.ts';

export const strayItem = (row: StrayRow): StrayItemView => ({
  id: row.id,
  what: isNativeToken(row.token) ? 'Native coin' : 'Unknown token',
  amount: row.decimals === null ? String(row.amountBaseUnits) : formatDecimal(row.amountBaseUnits, row.decimals, 0),
  unit: row.decimals === null ? 'base units' : (row.symbol ?? 'tokens'),
  network: networkName(row.chainId),
  token: row.token,
  txHash: row.txHash ?? null,
  createdAt: row.createdAt.toISOString(),
  intentId: row.intentId,
  intentStatus: statusName(row.intentStatus),
  orderId: row.orderId,
  storeId: row.storeId,
  storeName: row.storeName,
  storeIsTest: row.storeIsTest,
});
