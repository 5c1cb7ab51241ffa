// A year of a small shop for the tests of reports: orders, refunds, and the reports that are due at a moment.
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { createReportActivities } from '#activities/reports.ts';
import type { Orm } from '#db/orm.ts';
import { listReports, type StoredReport } from '#db/reports/reports.ts';
import { makeIntentId } from '#domain/ids.ts';
import { bookPayment } from './bookings.ts';
import { randomAddress, TEST_MASTER_KEYS, type TestStore } from './intents.ts';

export const YEAR_START = Date.parse('2027-12-20T12:00:00Z');
/** Covers both clock changes, the end of the year and a leap day. */
export const YEAR_END = Date.parse('2028-12-22T12:00:00Z');
export const YEAR_ORDERS = 1_500;
export const HOUR = 3_600_000;

/** Payments at the ends of hours and days, and in both repetitions of the hour at a clock change. */
const EDGES = [
  ...['2028-03-12T06:59:59.999Z', '2028-03-12T07:00:00Z', '2028-03-13T03:59:59.999Z', '2028-03-13T04:00:00Z'],
  ...['2028-11-05T05:30:00Z', '2028-11-05T06:00:00Z', '2028-11-05T06:59:59.999Z', '2028-11-06T05:00:00Z'],
].map((at) => Date.parse(at));

/** Deterministic for a seed, so that a failure can be repeated. */
const randomFrom = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

/** Fills the store. Prints the seed. */
export const seedYear = async (orm: Orm, store: TestStore): Promise<void> => {
  const seed = randomBytes(4).readInt32LE();
  process.stdout.write(`the shop's year has seed ${seed}\n`);
  const random = randomFrom(seed);
  const rows: unknown[][] = [];
  for (let index = 0; index < YEAR_ORDERS; index += 1) {
    const edge = EDGES[index];
    const created =
      edge === undefined ? YEAR_START + Math.floor(random() * (YEAR_END - YEAR_START - 2 * HOUR)) : edge - HOUR;
    const paid = random() < 0.8 || edge !== undefined;
    // Paid seconds to an hour after creation: some on the next day or in the next month.
    const confirmed = edge ?? created + Math.floor(random() * HOUR);
    const units = BigInt(1 + Math.floor(random() * 1e9)) * 10n ** 12n + BigInt(Math.floor(random() * 1e9));
    const fee = units / 166n;
    rows.push([
      makeIntentId(created / 1000, randomBytes(8)),
      ...[paid ? 20 : -5, new Date(created), paid ? new Date(confirmed) : null],
      ...[units, paid ? units : null, paid ? fee : null, paid ? units - fee : null],
      ...[random() < 0.5 ? 31337 : 31338, random() < 0.5 ? 1 : 2, randomAddress()],
    ]);
  }
  const em = orm.em.fork();
  for (const row of rows) {
    const [id, status, created, confirmed, price, gross, fee, net, chain, coin, address] = row;
    const paid = confirmed !== null;
    await em.execute(
      `insert into checkout_intent (id, store_id, api_key_id, status, stable_coin, amount_cents, amount_units, accepted_stable_coins,
         accepted_chain_ids, tolerance_bps, factory, receiver, fee_receiver, fee_rate_e9, deposit_address, expires_at, created_at, updated_at,
         confirmed_at, actual_paid_units, service_fee_units, net_income_units, paid_chain_id, paid_coin, paid_token, tx_hash, order_id)
       values (?, ?, ?, ?, 1, 100, ?, '{1,2}', '{31337,31338}', 50, ?, ?, ?, 6000000, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[id, store.storeId, store.apiKey, status, String(price), address, address, address, address],
        ...[created, created, created, confirmed],
        ...[gross, fee, net].map((value) => (value === null ? null : String(value))),
        ...[paid ? chain : null, paid ? coin : null, paid ? address : null],
        ...[paid ? `0x${randomBytes(32).toString('hex')}` : null, '=1+1'],
      ],
    );
    if (paid) {
      await bookPayment((sql, values) => em.execute(sql, values as never), {
        ...{ intentId: String(id), chainId: Number(chain), coin: Number(coin), token: String(address) },
        ...{ txHash: randomHash(), grossUnits: gross as bigint, feeUnits: fee as bigint, at: confirmed as Date },
      });
    }
    if (paid && random() < 0.1)
      await seedRefund(orm, String(id), Number(chain), Number(coin), gross as bigint, confirmed as Date, random);
  }
};

const randomHash = (): string => `0x${randomBytes(32).toString('hex')}`;

/**
 * Adds a refund hours or days later, or at the end of a day: a surplus from the wallet, or late money from the deposit address, minus
 * its fee. Failed, signed and sent refunds returned no money.
 */
const seedRefund = async (
  orm: Orm,
  intent: string,
  chain: number,
  coin: number,
  gross: bigint,
  confirmed: Date,
  random: () => number,
): Promise<void> => {
  const em = orm.em.fork();
  const base = 1n + (gross * BigInt(Math.floor(random() * 1000))) / 10n ** 15n;
  const units = base * 10n ** 12n;
  const edge = random() < 0.2 ? EDGES[Math.floor(random() * EDGES.length)] : undefined;
  const at = new Date(edge ?? confirmed.getTime() + Math.floor(random() * 60 * HOUR));
  const isLate = random() < 0.5;
  const state = random() < 0.7 ? 'confirmed' : (['failed', 'signed', 'sent'][Math.floor(random() * 3)] ?? 'failed');
  const [token, payer] = [randomAddress(), randomAddress()];
  const [sent] = await em.execute<{ id: string }[]>(
    `insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address,
       to_address, amount_base_units, amount_units, intent_id, state)
     values (?, 1, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, 'confirmed') returning id::text`,
    [
      ...[chain, randomHash(), confirmed, randomHash(), token, coin, payer, randomAddress()],
      ...[String(base), String(units), intent],
    ],
  );
  const [review] = isLate
    ? await em.execute<{ id: string }[]>(
        `insert into review_item (intent_id, transfer_id, kind, found) values (?, ?, 'late', '{}') returning id::text`,
        [intent, sent?.id],
      )
    : [];
  await em.execute(
    `insert into send_back (intent_id, review_item_id, chain_id, token, coin, source, order_digest, call_data, payer_address, to_address,
       fee_bearer, amount_base_units, amount_units, fee_base_units, tx_hash, from_block, deadline, state, requested_by, confirmed_at, is_surplus)
     values (?, ?, ?, ?, ?, ?, ?, '0x', ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 'owner@shop.test', ?, ?)`,
    [
      ...[intent, review?.id ?? null, chain, token, coin, isLate ? 'deposit' : 'wallet'],
      ...[isLate ? randomHash() : null, payer, payer, isLate ? 'payer' : 'merchant'],
      ...[String(base), String(units), String(isLate ? base / 166n : 0n)],
      // Only a confirmed refund has this time. Set here for all states, to detect code that ignores the state.
      ...[randomHash(), at, state, at, !isLate && random() < 0.5],
    ] as never,
  );
};

/** Makes all reports that are due at that moment. @returns kind and period of each */
export const makeAllDue = async (orm: Orm, now: number): Promise<string[]> => {
  const activities = createReportActivities({
    em: orm.em,
    masterKeys: TEST_MASTER_KEYS,
    publicUrl: 'https://pay.example.com',
    now: () => new Date(now),
  });
  const made: string[] = [];
  for (;;) {
    const { due } = await activities.findDueReports('');
    if (due.length === 0) return made;
    for (const report of due) {
      expect(await activities.makeReport(report)).not.toBe('not due');
      made.push(`${report.kind} ${report.period}`);
    }
  }
};

/** A store's reports of a kind, oldest first. */
export const reportsOf = async (orm: Orm, kind: 'daily' | 'monthly', storeId: string): Promise<StoredReport[]> =>
  (await listReports(orm.em, storeId, kind, null, 1_000)).reverse();
