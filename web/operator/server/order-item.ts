// What the console's tables show of an item's order, whatever the item is.
import { networkName } from '#domain/chains.ts';
import { type IntentStatus, statusName } from '#domain/status.ts';
import type { OrderItem } from './operator-types.ts';

type ItemRow = Pick<OrderItem, 'id' | 'intentId' | 'orderId' | 'storeId' | 'storeName' | 'storeIsTest'> & {
  createdAt: Date;
  intentStatus: IntentStatus;
  chainId: number;
};

export const orderItem = (row: ItemRow): Omit<OrderItem, 'amount'> => ({
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  intentId: row.intentId,
  intentStatus: statusName(row.intentStatus),
  orderId: row.orderId,
  storeId: row.storeId,
  storeName: row.storeName,
  storeIsTest: row.storeIsTest,
  network: networkName(row.chainId),
});
