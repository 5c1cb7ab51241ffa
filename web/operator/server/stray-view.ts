// Money that is none of our coins, as the console lists it.
import type { StrayRow } from '#db/stray-money/stray-list.ts';
import { formatDecimal } from '#domain/money.ts';
import { isNativeToken } from '#domain/stray-money.ts';
import type { StrayItemView } from './operator-types.ts';
import { orderItem } from './order-item.ts';

export const strayItem = (row: StrayRow): StrayItemView => ({
  ...orderItem(row),
  what: isNativeToken(row.token) ? 'Native coin' : 'Unknown token',
  amount: row.decimals === null ? String(row.amountBaseUnits) : formatDecimal(row.amountBaseUnits, row.decimals, 0),
  unit: row.decimals === null ? 'base units' : (row.symbol ?? 'tokens'),
  token: row.token,
  txHash: row.txHash ?? null,
});
