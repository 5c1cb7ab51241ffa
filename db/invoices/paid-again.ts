// An invoice that was paid more than once: by two of its orders, or by more money for an order that was paid.
import { sql } from 'kysely';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { coveredUnits } from '../refunds/covered-units.ts';

/**
 * SQL: whether the paid order `i` keeps the money of its price. Refunds under way count as returned; those of a surplus, and of money that
 * a person decided on beside the payment, do not.
 */
export const keepsItsPayment = sql<boolean>`coalesce((
    select sum(${sql.raw(coveredUnits('b'))}) from send_back b
    where b.intent_id = i.id and b.state <> 'failed' and not b.is_surplus and b.transfer_id is null), 0)
  < least(i.amount_units, i.actual_paid_units)`;

export interface PaidOrder {
  id: IntentId;
  orderId: string | null;
}

/** Its orders that are paid and whose payment was not refunded, in the order in which they were paid. Each but one is too much. */
export const paidOrdersOf = (em: Em, invoiceId: string): Promise<PaidOrder[]> =>
  kyselyOf(em.fork())
    .selectFrom('OrderSource as o')
    .innerJoin('CheckoutIntent as i', 'i.id', 'o.intent')
    .select(['i.id', 'i.orderId'])
    .where('o.invoice', '=', invoiceId)
    .where('i.status', 'in', [IntentStatus.CONFIRMED, IntentStatus.SEND_BACK])
    .where('i.confirmedAt', 'is not', null)
    .where(keepsItsPayment)
    .orderBy('i.confirmedAt')
    .orderBy('i.id')
    .execute();

/** Of a paid invoice: whether there is money that the merchant has to return or decide on. */
export const hasMoreThanDue = async (em: Em, invoiceId: string): Promise<boolean> => {
  if ((await paidOrdersOf(em, invoiceId)).length > 1) return true;
  const { id } = await kyselyOf(em.fork())
    .selectFrom('OrderSource as o')
    .innerJoin('ReviewItem as r', 'r.intent', 'o.intent')
    .innerJoin('TokenTransfer as t', 't.id', 'r.transfer')
    .select(({ fn }) => fn.min('r.id').as('id'))
    .where('o.invoice', '=', invoiceId)
    .where('r.state', '=', 'open')
    .where('t.state', '<>', 'orphaned')
    .executeTakeFirstOrThrow();
  return id !== null;
};
