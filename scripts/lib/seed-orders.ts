// Generates orders in SQL: statuses, payments, transfers, timelines, settlements. Every value is a function of the order's number and
// the store, so a second run adds nothing and an interrupted run can be continued.
import type { Client } from 'pg';
import { allChains, primaryTokensOf } from '#domain/chains.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';

export interface SeededOrders {
  storeId: string;
  apiKeyId: string;
  /** Number of orders in total. */
  orders: number;
  /** Creation time of the newest; the others are spread evenly over the days before it. */
  newest: Date;
  days: number;
  onProgress?: (done: number) => void;
  /** Further connections that add at the same time. */
  helpers?: readonly Client[];
  /** The store has no orders: none are looked for, and the oldest come first. */
  isNew?: boolean;
  /** Without timelines: a quarter of the disk, which only the page of one order reads. */
  withoutTimelines?: boolean;
}

/** Rows of one transaction. */
const BATCH = 20_000;
const RECEIVER = '0x5700000000000000000000000000000000000057';
const FEE_RECEIVER = '0x9100000000000000000000000000000000000019';
const FEE_RATE_E9 = 6_000_000;

/** Share of payments by chain, in thousandths. Arbitrum has none, Optimism almost none. */
const SHARES: Readonly<Record<number, number>> = { 1: 60, 56: 330, 137: 150, 8453: 459, 10: 1 };

/** Adds the orders that are missing. @returns the number of added orders */
export const seedOrders = async (client: Client, seed: SeededOrders): Promise<number> => {
  const batches = Math.ceil(seed.orders / BATCH);
  const stride = seed.isNew ? 1 : strideOf(batches);
  let next = 0;
  let done = 0;
  let added = 0;
  const lane = async (one: Client): Promise<void> => {
    // A crash may lose the last batches; the next run adds them again.
    await one.query('set synchronous_commit = off');
    while (next < batches) {
      const from = ((next * stride) % batches) * BATCH;
      next += 1;
      const to = Math.min(from + BATCH, seed.orders);
      added += await addBatch(one, seed, from, to);
      done += to - from;
      seed.onProgress?.(done);
    }
  };
  await Promise.all([client, ...(seed.helpers ?? [])].map(lane));
  if (added > 0) await client.query('analyze');
  return added;
};

const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));

/** Steps of this length visit every batch once, evenly: a run that is ended early has orders of all times. */
const strideOf = (batches: number): number => {
  let stride = Math.max(1, Math.round(batches * 0.618));
  while (common(stride, batches) > 1) stride += 1;
  return stride;
};

/** A batch is one transaction: complete or absent. @returns the number of added orders */
const addBatch = async (client: Client, seed: SeededOrders, from: number, to: number): Promise<number> => {
  const order = [seed.storeId, orderIdOf(from + 1), seed.apiKeyId];
  if (!seed.isNew && (await client.query(IS_THERE, order)).rowCount) return 0;
  await client.query('begin');
  try {
    const { rowCount } = await client.query(INTENTS, [
      ...[from + 1, to, seed.storeId, seed.apiKeyId, seed.newest, seed.orders, seed.days * 86_400],
      ...[FACTORY_ADDRESS, RECEIVER, FEE_RECEIVER, FEE_RATE_E9, JSON.stringify(chainShares())],
    ]);
    const followers = seed.withoutTimelines ? FOLLOWERS : [...FOLLOWERS, TIMELINES];
    if (rowCount) for (const statement of followers) await client.query(statement);
    await client.query('drop table if exists seeded');
    await client.query('commit');
    return rowCount ?? 0;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
};

const chainShares = () => {
  let below = 0;
  return Object.entries(SHARES).flatMap(([id, share]) => {
    const chain = allChains().find((one) => one.id === Number(id));
    const from = below;
    below += share;
    return (chain ? primaryTokensOf(chain) : []).map(({ coin, address, decimals }) => ({
      from,
      below: from + share,
      chain_id: Number(id),
      coin,
      token: address,
      decimals,
    }));
  });
};

const IS_THERE = 'select 1 from checkout_intent where store_id = $1 and order_id = $2 and api_key_id = $3 limit 1';
const orderIdOf = (number: number): string => `WEB-${String(number).padStart(8, '0')}`;

/** Four bytes of a hash, as a number below 2^31. */
const chance = (salt: string): string =>
  `(('x' || substr(md5('${salt}' || $3::text || n), 1, 8))::bit(32)::int & 2147483647)`;
/** An address without letters needs no EIP-55 checksum. */
const address = (text: string): string =>
  `'0x' || translate(md5(${text}) || substr(md5(${text} || 'x'), 1, 8), 'abcdef', '012345')`;

/**
 * Each step is materialized, because nested expressions would be computed repeatedly. $1, $2 numbers from and to; $3 store; $4 key; $5 newest; $6 orders;
 * $7 seconds; $8 factory; $9 receiver; $10 fee receiver; $11 fee rate; $12 chains.
 */
const INTENTS = `
  with numbered as materialized (
    select n, $5::timestamptz - (($6::int - n) * ($7::float8 / $6::int)) * interval '1 second' as at,
      ${chance('status')} % 1000 as luck, ${chance('chain')} % 1000 as place, ${chance('coin')} % 100 as coin_luck,
      ${chance('price')} as price, ${chance('other')} as other, ${chance('payer')} as payer
    from generate_series($1::int, $2::int) as n),
  decided as materialized (
    select *, lpad(to_hex(floor(extract(epoch from at))::bigint), 8, '0') || substr(md5('id' || $3::text || n), 1, 16) as id,
      case
        when at > $5::timestamptz - interval '20 minutes' then (array[1, 2, 3, 3, 10, 20])[1 + luck % 6]
        when luck < 830 then 20 when luck < 945 then -5 when luck < 975 then -4 when luck < 992 then -3
        when luck < 993 then 4 when luck < 994 then -2 else 20 end as status,
      199 + (price % 997)::bigint * (other % 97) as cents,
      case when other % 10 < 7 then 1 when other % 10 < 9 then 44 end as currency,
      case when coin_luck < 70 then 1 else 2 end as coin
    from numbered),
  priced as materialized (
    select *, case currency when 44 then 10800000000 else 10000000000 end::numeric as rate,
      ceil(cents::numeric * case currency when 44 then 10800 else 10000 end / 1000000 * 10000) * 100000000000000::numeric as units
    from decided),
  payable as materialized (
    select p.*, c.chain_id, c.token, c.decimals, power(10::numeric, 18 - c.decimals)::numeric(78, 0) as step,
      case when p.status = -3 then trunc(units * 0.9 / 1e14) * 1e14 when p.other % 50 = 0 then units + 5e17 else units end::numeric(78, 0) as received,
      case when p.payer % 5 = 0 then ${address(`'exchange'`)} else ${address(`'payer' || p.payer % 50000`)} end as sender,
      (array[1, 1, 1, 1, 1, 1, 1, 2, 2, 3])[1 + p.other % 10] as method,
      '0x' || md5('tx' || p.id) || md5('tx2' || p.id) as tx, ${address(`'deposit' || p.id`)} as deposit
    from priced p
    left join jsonb_to_recordset($12::jsonb) as c("from" int, below int, chain_id int, coin int, token text, decimals int)
      on p.place >= c."from" and p.place < c.below and c.coin = p.coin),
  split as materialized (
    select *, floor(received / step * $11::numeric / 1e9) * step as fee from payable),
  inserted as (
    insert into checkout_intent (id, store_id, api_key_id, status, currency, stable_coin, amount_cents, amount_units, rate_e10,
      accepted_stable_coins, accepted_chain_ids, tolerance_bps, order_id, order_description, factory, receiver, fee_receiver,
      fee_rate_e9, deposit_address, payment_method_type, expires_at, confirmed_at, paid_chain_id, paid_coin, paid_token, tx_hash,
      tx_from, tx_to, actual_paid_units, service_fee_units, net_income_units, surplus_units, created_at, updated_at)
    select id, $3, $4, status, currency, coin, cents, units, case when currency is not null then rate end, '{1,2}', '{1,56,137,8453}', 50,
      'WEB-' || lpad(n::text, 8, '0'),
      (array['Wool blanket', 'Enamel mug', 'Field notebook', 'Camp stove', 'Annual plan'])[1 + other % 5] || ' × ' || 1 + luck % 3,
      $8, $9, $10, $11, deposit, case when status in (1, 2) then 0 when status = 20 then method else least(method, 1) end,
      at + interval '30 minutes',
      case when status = 20 then at + interval '3 minutes' end, case when status = 20 then chain_id end,
      case when status = 20 then coin end, case when status = 20 then token end, case when status = 20 then tx end,
      case when status = 20 then sender end, case when status = 20 then deposit end, case when status = 20 then received end,
      case when status = 20 then fee end, case when status = 20 then received - fee end,
      case when status = 20 then received - units end, at, at + interval '4 minutes'
    from split on conflict (id) do nothing returning id)
  select split.* into temporary table seeded from split join inserted using (id)`;

const HAS_MONEY = 'status in (20, 10, 4, -3)';
/** The transfer's data in timeline events and reviews; `s` is the seeded order. */
const FOUND = `jsonb_build_object('chain_id', s.chain_id, 'coin', s.coin, 'amount', trim_scale(s.received / 1e18)::text, 'tx_hash', s.tx,
  'from', s.sender)`;

/** Inserts the rows that depend on the new orders, in the order of ids; settlements and reviews after the transfers. */
const FOLLOWERS: readonly string[] = [
  `insert into booking (intent_id, store_id, method, price_units, kind, chain_id, token, coin, gross_units, fee_units, net_units, surplus_units, booked_at)
   select s.id, i.store_id, method, i.amount_units, 'payment', chain_id, token, coin, received, fee, received - fee, received - units, i.confirmed_at
   from seeded s join checkout_intent i on i.id = s.id where s.status = 20 order by n`,
  `insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address, to_address,
     amount_base_units, amount_units, intent_id, state, in_payment, booking_id, created_at, updated_at)
   select chain_id, 1000000 + n, '0x' || md5('block' || id) || md5('block2' || id), at + case when status = 4 then interval '2 hours' else interval '2 minutes' end,
     tx, 3, token, coin, sender, deposit, received / step, received, id, case when status = 10 then 'seen' else 'confirmed' end, status = 20,
     (select b.id from booking b where b.intent_id = seeded.id), at + interval '2 minutes', at + interval '3 minutes'
   from seeded where ${HAS_MONEY} order by n`,
  `insert into settlement (intent_id, chain_id, token, state, attempts, net_base_units, fee_base_units, tx_hash, log_index, settled_at, available_at, created_at)
   select id, chain_id, token, 'settled', 1, (received - fee) / step, fee / step, '0x' || md5('settle' || n / 50) || md5('settle2' || n / 50),
     n % 50, at + interval '5 minutes', at + interval '3 minutes', at + interval '3 minutes' from seeded where status = 20 order by n
   on conflict do nothing`,
  `insert into review_item (intent_id, transfer_id, kind, state, found, created_at)
   select s.id, t.id, case when s.status = 4 then 'late' else 'underpaid' end, 'open', ${FOUND}, s.at + interval '2 hours'
   from seeded s join token_transfer t on t.intent_id = s.id where s.status in (4, -3) order by s.n`,
];

const TIMELINES = `insert into timeline_event (intent_id, kind, status_from, status_to, data, created_at)
 select id, kind, moved_from, moved_to, data, at + after from (
   select id, n, 0 as step_no, 'created' as kind, null::smallint as moved_from, 1::smallint as moved_to, '{}'::jsonb as data, at, interval '0' as after from seeded
   union all select id, n, 1, 'status', 1, 3, '{}', at, interval '1 minute' from seeded where status in (3, 10, 20, 4, -3)
   union all select id, n, 2, 'transfer_seen', null, null, ${FOUND}, at, interval '2 minutes' from seeded s where ${HAS_MONEY}
   union all select id, n, 3, 'status', 3, 10, '{}', at, interval '2 minutes' from seeded where status in (10, 20)
   union all select id, n, 4, 'status', case when status = -4 then 1 when status in (20, 10) then 10 else 3 end, status, '{}', at,
     case when status = 20 then interval '3 minutes' else interval '30 minutes' end from seeded where status in (20, -5, -4, -3, -2, 4)
   union all select id, n, 5, 'settled', null, null, jsonb_build_object('chain_id', chain_id, 'coin', coin, 'token', token,
     'net', trim_scale((received - fee) / 1e18)::text, 'fee', trim_scale(fee / 1e18)::text, 'tx_hash', '0x' || md5('settle' || n / 50) || md5('settle2' || n / 50)),
     at, interval '5 minutes' from seeded where status = 20
 ) events order by n, step_no`;
