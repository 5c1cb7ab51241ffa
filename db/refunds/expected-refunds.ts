// Refunds as their follower searches the chain for them.
import type { ExpectedRefund } from '#domain/refunds.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface OpenRefund extends ExpectedRefund {
  id: string;
}

export const asOpen = <Row extends { id: bigint }>(row: Row): Omit<Row, 'id'> & { id: string } => ({
  ...row,
  id: String(row.id),
});

export const expectedRefunds = (em: Em) =>
  kyselyOf(em.fork())
    .selectFrom('Refund as b')
    .innerJoin('CheckoutIntent as i', 'i.id', 'b.intent')
    .select([
      'b.id',
      'b.intent as intentId',
      'b.source',
      'i.contractId',
      'i.factory',
      'i.receiver',
      'b.token',
      'b.toAddress',
      'b.amountBaseUnits',
      'b.orderDigest',
      'b.fromBlock',
      'b.deadline',
      'b.txHash',
      'b.removedAt',
    ]);
