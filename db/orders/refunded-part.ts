// Whether an order's money was refunded, for the list and the order's page.
import { coveredUnits } from '../refunds/covered-units.ts';

/**
 * An expression: `all` of what the order received, or a `part`; null without a confirmed refund. Money that never counted as payment
 * is received too: who pays twice and gets the second payment back has not got all back. What the payer's fee withheld is refunded.
 * @param intent an expression: the order's id
 */
export const refundedPart = (intent: string): string => `(
  select case when sum(${coveredUnits('r')}) >= (
      select coalesce(sum(t.amount_units), 0) from token_transfer t where t.intent_id = ${intent} and t.state = 'confirmed')
    then 'all' else 'part' end
  from send_back r where r.intent_id = ${intent} and r.state = 'confirmed' having count(*) > 0)`;

export type RefundedPart = 'all' | 'part';
