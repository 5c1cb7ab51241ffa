// Writes bookings and marks the transfers of each (decision 0053): for the statement that records a payment, and for money that becomes
// the merchant's later.
import type { IntentId } from '#domain/ids.ts';
import { sum } from '#domain/money.ts';
import { type PaymentPart, type PaymentTransferFacts, partsOf } from '#domain/payment-parts.ts';
import type { BookingKind } from '../entities/booking.entity.ts';
import type { Sql } from '../pool.ts';
import { statement } from '../sql.ts';

/** The value of `:parts` of `bookedBy`. */
export const partsJson = (parts: readonly PaymentPart[]): string =>
  JSON.stringify(
    parts.map(({ chainId, token, coin, grossUnits, feeUnits, netUnits, surplusUnits }, index) => ({
      part: index + 1,
      chain_id: chainId,
      token,
      coin,
      gross: grossUnits.toString(),
      fee: feeUnits.toString(),
      net: netUnits.toString(),
      surplus: surplusUnits.toString(),
    })),
  );

/** Books the parts `:parts` and marks the transfers of each. Joins by what the insert returns: a WITH does not see its own new rows. */
export const bookedBy = (kind: BookingKind, at: string, method: string): string => `
  parts as materialized (
    select * from jsonb_to_recordset(:parts::jsonb) as p(part smallint, chain_id int, token text, coin smallint, gross numeric, fee numeric, net numeric, surplus numeric)),
  booked as (
    insert into booking (intent_id, store_id, method, price_units, kind, part, chain_id, token, coin, gross_units, fee_units, net_units, surplus_units, booked_at)
    select i.id, i.store_id, ${method}, i.amount_units, '${kind}', p.part, p.chain_id, p.token, p.coin, p.gross, p.fee, p.net, p.surplus, ${at}
    from parts p join checkout_intent i on i.id = :intentId order by p.part
    returning id, chain_id, token),
  marked as (
    update token_transfer t set in_payment = true, booking_id = b.id from booked b
    where t.intent_id = :intentId and t.id = any(:transferIds::bigint[]) and t.chain_id = b.chain_id and t.token = b.token)`;

const BOOK_ACCEPTED = statement<{ intentId: IntentId; transferIds: readonly string[]; parts: string }>(
  'payment-book-accepted',
  `with ${bookedBy('accepted', 'clock_timestamp()', 'i.payment_method_type')} select count(*) from booked`,
);

type AcceptedTransfer = { id: string } & Pick<
  PaymentTransferFacts,
  'chainId' | 'token' | 'coin' | 'amountBaseUnits' | 'amountUnits'
>;

/** Books transfers as money that was accepted now. None of it is beyond the price: a person decided that it is the order's. */
export const bookAccepted = async (
  sql: Sql,
  { id, feeRateE9 }: { id: IntentId; feeRateE9: bigint },
  transfers: readonly AcceptedTransfer[],
): Promise<void> => {
  const priceUnits = sum(transfers.map(({ amountUnits }) => amountUnits));
  const parts = partsJson(partsOf(transfers, { priceUnits, feeRateE9 }));
  await sql.query(BOOK_ACCEPTED({ intentId: id, transferIds: transfers.map((transfer) => transfer.id), parts }));
};
