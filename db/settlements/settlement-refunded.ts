// Money at a deposit address whose refund the merchant's wallet paid: it is the merchant's now. It is booked at that moment, with its
// fee, and settled (decision 0054).
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, unitsOf } from '#domain/money.ts';
import { bookAccepted } from '../intents/write-bookings.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql } from '../pool.ts';

/**
 * Books and owes what became the merchant's. A deposit address pays out whole, so money beside it that nobody has decided on delays
 * this; call it after each decision and each refund. Safe to run twice. The intent's row must be locked.
 */
export const oweRefunded = (em: Em, intentId: IntentId): Promise<void> =>
  inTransaction(em, async (sql) => {
    const { rows } = await sql.query<RefundedTransfer>({
      name: 'settlement-refunded',
      text: REFUNDED,
      values: [intentId],
    });
    for (const transfer of rows) await bookAndOwe(sql, intentId, transfer);
  });

interface RefundedTransfer {
  id: string;
  chainId: number;
  token: Address;
  coin: CoinId;
  amountBaseUnits: string;
  amountUnits: string;
  feeRateE9: string;
}

const REFUNDED = `
  select t.id::text as id, t.chain_id as "chainId", t.token, t.coin, t.amount_base_units::text as "amountBaseUnits",
    t.amount_units::text as "amountUnits", i.fee_rate_e9::text as "feeRateE9"
  from send_back b join token_transfer t on t.id = b.transfer_id join checkout_intent i on i.id = b.intent_id
  where b.intent_id = $1 and b.state = 'confirmed' and b.source <> 'deposit' and t.state = 'confirmed' and not t.in_payment
    and not exists (
      select from review_item r join token_transfer o on o.id = r.transfer_id
      where r.intent_id = b.intent_id and r.state = 'open' and o.state <> 'orphaned'
        and ((o.chain_id = t.chain_id and o.token = t.token) or r.kind = 'screening'))
  order by t.id`;

const OWE = `
  insert into settlement (intent_id, chain_id, token, state, available_at, created_at)
  values ($1, $2, $3, 'pending', now(), now())
  on conflict (intent_id, chain_id, token) where state in ('pending', 'sending') do nothing`;

const bookAndOwe = async (
  sql: Sql,
  intentId: IntentId,
  { feeRateE9, ...transfer }: RefundedTransfer,
): Promise<void> => {
  const amountBaseUnits = baseUnitsOf(transfer.amountBaseUnits);
  const amountUnits = unitsOf(transfer.amountUnits);
  const terms = { id: intentId, feeRateE9: BigInt(feeRateE9) };
  await bookAccepted(sql, terms, [{ ...transfer, amountBaseUnits, amountUnits }]);
  await sql.query({ name: 'settlement-owe-refunded', text: OWE, values: [intentId, transfer.chainId, transfer.token] });
};
