// Money at a deposit address whose refund the merchant's wallet paid: it is the merchant's now. It is booked at that moment, with its
// fee, and settled (decision 0054).
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, unitsOf } from '#domain/money.ts';
import { partsOf } from '#domain/payment-parts.ts';
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

const BOOK = `
  with booked as (
    insert into booking (intent_id, store_id, method, price_units, kind, chain_id, token, coin, gross_units, fee_units, net_units, surplus_units, booked_at)
    select id, store_id, payment_method_type, amount_units, 'accepted', $3, $4, $5, $6, $7, $8, 0, clock_timestamp() from checkout_intent where id = $1
    returning id),
  marked as (update token_transfer set in_payment = true, booking_id = booked.id from booked where token_transfer.id = $2)
  insert into settlement (intent_id, chain_id, token, state, available_at, created_at)
  values ($1, $3, $4, 'pending', now(), now())
  on conflict (intent_id, chain_id, token) where state in ('pending', 'sending') do nothing`;

const bookAndOwe = async (sql: Sql, intentId: IntentId, transfer: RefundedTransfer): Promise<void> => {
  const { id, chainId, token, coin } = transfer;
  const amounts = {
    amountBaseUnits: baseUnitsOf(transfer.amountBaseUnits),
    amountUnits: unitsOf(transfer.amountUnits),
  };
  const terms = { priceUnits: amounts.amountUnits, feeRateE9: BigInt(transfer.feeRateE9) };
  const [part] = partsOf([{ chainId, token, coin, ...amounts }], terms);
  if (!part) return;
  const sums = [part.grossUnits, part.feeUnits, part.netUnits].map(String);
  await sql.query({
    name: 'settlement-book-refunded',
    text: BOOK,
    values: [intentId, id, chainId, token, coin, ...sums],
  });
};
