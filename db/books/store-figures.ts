// What the ledger says of a store's orders by network and token: received, settled, refunded, fees, booked. For its page of the books.
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import { rangesOf } from '../orders/order-totals.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

export interface StoreTokenFigures {
  chainId: number;
  token: Address;
  coin: CoinId;
  receivedUnits: Units;
  settledUnits: Units;
  /** From deposit addresses; what the merchant's wallet refunded is apart. */
  refundedUnits: Units;
  walletRefundUnits: Units;
  feeUnits: Units;
  bookedUnits: Units;
}

/** Amounts of settlements are base units: a transfer or a booking of the token says how many ledger units one is. */
const FIGURES = `
  with orders as materialized (select id from checkout_intent where store_id = $1 and id >= $2 and id < $3),
  received as (
    select t.chain_id, t.token, t.coin, min(div(t.amount_units, t.amount_base_units)) as scale,
      coalesce(sum(t.amount_units) filter (where t.state <> 'orphaned'), 0) as received
    from orders o join token_transfer t on t.intent_id = o.id group by 1, 2, 3),
  settled as (
    select s.chain_id, s.token, sum(s.net_base_units + s.fee_base_units) as settled, sum(s.fee_base_units) as fee
    from orders o join settlement s on s.intent_id = o.id where s.state = 'settled' group by 1, 2),
  refunded as (
    select b.chain_id, b.token, coalesce(sum(b.amount_units) filter (where b.source = 'deposit'), 0) as refunded,
      coalesce(sum(b.fee_base_units) filter (where b.source = 'deposit'), 0) as fee,
      coalesce(sum(b.amount_units) filter (where b.source <> 'deposit'), 0) as wallet
    from orders o join send_back b on b.intent_id = o.id where b.state = 'confirmed' group by 1, 2),
  booked as (
    select b.chain_id, b.token, sum(b.gross_units) as booked from booking b
    where b.store_id = $1 and b.intent_id >= $2 and b.intent_id < $3 group by 1, 2)
  select r.chain_id as "chainId", r.token, r.coin, r.received::text, coalesce(s.settled * r.scale, 0)::text as settled,
    coalesce(f.refunded, 0)::text as refunded, coalesce(f.wallet, 0)::text as wallet,
    ((coalesce(s.fee, 0) + coalesce(f.fee, 0)) * r.scale)::text as fee, coalesce(b.booked, 0)::text as booked
  from received r left join settled s using (chain_id, token) left join refunded f using (chain_id, token)
  left join booked b using (chain_id, token) order by 1, 3, 2`;

/** Of the orders that were created from `from` to `before` (not included), Unix seconds. */
export const readStoreFigures = async (
  em: Em,
  storeId: string,
  from: number,
  before: number,
): Promise<StoreTokenFigures[]> => {
  const [range] = rangesOf([from, before]);
  const { rows } = await sqlOf({ em }).query<
    Pick<StoreTokenFigures, 'chainId' | 'token' | 'coin'> &
      Record<'received' | 'settled' | 'refunded' | 'wallet' | 'fee' | 'booked', string>
  >({ name: 'books-store-figures', text: FIGURES, values: [storeId, range?.from, range?.before] });
  return rows.map(({ received, settled, refunded, wallet, fee, booked, ...place }) => ({
    ...place,
    receivedUnits: unitsOf(received),
    settledUnits: unitsOf(settled),
    refundedUnits: unitsOf(refunded),
    walletRefundUnits: unitsOf(wallet),
    feeUnits: unitsOf(fee),
    bookedUnits: unitsOf(booked),
  }));
};
