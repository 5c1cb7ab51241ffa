// What reads an order tells the request's log which one it is, without a second read: presenters and services call `noteOrder`, whatever
// page asked them. Within a page's handler the context holds; lines are written by the request's own logger (decision 0110).
import { AsyncLocalStorage } from 'node:async_hooks';
import type { OrderRef } from '#domain/ids.ts';

export type NamedOrder = Pick<OrderRef, 'id' | 'orderId'>;

const requests = new AsyncLocalStorage<(order: NamedOrder) => void>();

/** Runs a page's work: `name` is told of each order that it reads. */
export const namingOrders = <T>(name: (order: NamedOrder) => void, work: () => T): T => requests.run(name, work);

/** Does nothing outside a page's request. */
export const noteOrder = (order: { id: OrderRef['id']; orderId?: string | null | undefined }): void =>
  requests.getStore()?.({ id: order.id, orderId: order.orderId ?? null });
