// Logs are shortened by age, books never: only what is finished and old goes, and nothing that something still needs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { requestRedelivery } from '#db/delivery/webhook-actions.ts';
import { LOG_KINDS, type LogKind, readDueLogs, removeOldLogs } from '#db/growth/old-logs.ts';
import { readTableSizes } from '#db/growth/table-sizes.ts';
import { TABLE_GROWTH } from '#db/growth/tables.ts';
import { eraseOldPersonalData } from '#db/personal-data/retention.ts';
import type { Retention } from '#domain/retention.ts';
import { IntentStatus } from '#domain/status.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { ownerUrlOf } from '#test/support/database.ts';
import { runs } from '#test/support/fuzz.ts';
import { makeIntent, makeStore, randomHash, type TestStore } from '#test/support/intents.ts';
import { type Ledger, openLedger } from './intents.ts';

const KEPT: Retention = { orderDays: 730, messageDays: 30, deliveryDays: 100, claimDays: 60 };
let ledger: Ledger;
let stores: TestStore[];
/** An order that is over, and one that a person still has to decide on. */
let closed: string;
let open: string;
let endpoint: string;
let event: string;
beforeAll(async () => {
  ledger = await openLedger();
  stores = [await makeStore(ledger.orm.em), await makeStore(ledger.orm.em)];
  const [store] = stores as [TestStore];
  closed = await makeIntent(ledger.orm.em, store, { status: IntentStatus.TIMEOUT, queued: false });
  open = await makeIntent(ledger.orm.em, store, { status: IntentStatus.PENDING_MANUAL_OPERATION, queued: false });
  endpoint = 'whe_1';
  event = 'evt_of_the_order';
  await ledger.rows(
    `insert into webhook_endpoint (id, store_id, url, sealed_secret, event_types) values (?, ?, 'https://shop.example', 'x', '{checkout_intent.seen}')`,
    [endpoint, store.storeId],
  );
  await ledger.rows(
    `insert into order_event (id, store_id, intent_id, event_type, body, created_at) values (?, ?, ?, 'checkout_intent.seen', '{}', now() - interval '900 days')`,
    [event, store.storeId, closed],
  );
});
afterAll(async () => await ledger?.close());

const clear = async (): Promise<void> => {
  for (const table of [
    ...['webhook_attempt', 'webhook_event', 'endpoint_attempt', 'endpoint_delivery', 'email_message'],
    ...['kept_claim', 'block_recheck', 'timeline_event'],
  ]) {
    await ledger.rows(`delete from ${table}`);
  }
};
afterEach(clear);

/** A row of a log, as far as its removal depends on it. */
interface Row {
  kind: LogKind;
  /** Days; no two are the same, so that "newer" has one meaning. */
  age: number;
  /** Of deliveries; of claims and blocks: `pending` or done. */
  state: 'pending' | 'done' | 'failed' | 'bounced';
  emptied: boolean;
  order: 'open' | 'closed' | 'none';
  store: 0 | 1;
}

const STATES: Readonly<Record<'webhooks' | 'emails', Readonly<Record<Row['state'], string>>>> = {
  webhooks: { pending: 'pending', done: 'delivered', failed: 'failed', bounced: 'disabled' },
  emails: { pending: 'pending', done: 'sent', failed: 'failed', bounced: 'bounced' },
};

let made = 0;
/** An endpoint has one delivery of an event: each row gets an event of its own. */
const addEvent = async (order: string): Promise<string> => {
  made += 1;
  await ledger.rows(
    `insert into order_event (id, store_id, intent_id, event_type, body) values (?, ?, ?, 'checkout_intent.seen', '{}')`,
    [`evt_${made}`, stores[0]?.storeId, order],
  );
  return `evt_${made}`;
};

/** @returns its key as text */
const add = async ({ kind, age, state, emptied, order, store }: Row): Promise<string> => {
  made += 1;
  const key = `row_${made}`;
  const at = `now() - interval '${age} days'`;
  const of = order === 'none' ? null : order === 'open' ? open : closed;
  const storeId = stores[store]?.storeId;
  if (kind === 'webhooks') {
    await ledger.rows(
      `insert into webhook_event (id, transaction_id, store_id, intent_id, event_type, body, state, created_at)
       values (?, ?, ?, ?, 'checkout_intent.refunded', ?, ?, ${at})`,
      [key, key, storeId, of, emptied ? '' : '{}', STATES.webhooks[state]],
    );
    await ledger.rows(
      `insert into webhook_attempt (event_id, attempt_key, url, started_at, duration_ms, request_headers)
       select ?, n::text, 'https://shop.example', ${at}, 5, '{}' from generate_series(1, 3) n`,
      [key],
    );
  } else if (kind === 'endpoints') {
    const intent = of ?? closed;
    await ledger.rows(
      `insert into endpoint_delivery (id, event_id, endpoint_id, intent_id, state, created_at, own_workflow) values (?, ?, ?, ?, ?, ${at}, false)`,
      [key, await addEvent(intent), endpoint, intent, STATES.webhooks[state]],
    );
    await ledger.rows(
      `insert into endpoint_attempt (delivery_id, attempt_key, url, started_at, duration_ms) values (?, 'a', 'https://shop.example', ${at}, 5)`,
      [key],
    );
  } else if (kind === 'emails') {
    await ledger.rows(
      `insert into email_message (id, kind, subject_id, recipient, store_id, intent_id, data, state, subject_line, created_at)
       values (?, 'order_paid', ?, 'a@shop.example', ?, ?, ?, ?, ?, ${at})`,
      [key, key, storeId, of, emptied ? '{}' : '{"link":"x"}', STATES.emails[state], emptied ? null : 'Paid'],
    );
  } else if (kind === 'claims') {
    await ledger.rows(
      `insert into kept_claim (intent_id, tx_hash, created_at, next_check_at) values (?, ?, ${at}, ${state === 'pending' ? 'now()' : 'null'})`,
      [of ?? closed, `0x${key.slice(4).padStart(64, '0')}`],
    );
  } else {
    await ledger.rows(
      `insert into block_recheck (chain_id, tx_hash, block_number, requested_at, done_at) values (31337, ?, 5, ${at}, ${state === 'pending' ? 'null' : at})`,
      [`0x${key.slice(4).padStart(64, '0')}`],
    );
  }
  return key;
};

const KEYS: Readonly<Record<LogKind, string>> = {
  webhooks: 'select id as key from webhook_event',
  endpoints: 'select id as key from endpoint_delivery',
  emails: 'select id as key from email_message',
  claims: `select 'row_' || ltrim(substr(tx_hash, 3), '0') as key from kept_claim`,
  rechecks: `select 'row_' || ltrim(substr(tx_hash, 3), '0') as key from block_recheck`,
};
const stored = async (): Promise<string[]> => {
  const all = await Promise.all(LOG_KINDS.map((kind) => ledger.rows<{ key: string }>(KEYS[kind])));
  return all
    .flat()
    .map(({ key }) => key)
    .sort();
};

/** The rule, written a second time: what may go, of rows that are all there. */
const mayGo = (row: Row, all: readonly Row[], { deliveryDays, claimDays }: Retention): boolean => {
  const { kind, age, state, emptied, order, store } = row;
  if (kind === 'claims' || kind === 'rechecks') return age > claimDays && state !== 'pending';
  if (age <= deliveryDays || state === 'pending' || order === 'open') return false;
  if (kind === 'endpoints') return true;
  if (!emptied) return false;
  if (kind === 'emails') return state !== 'bounced';
  const newer = all.filter((other) => other.kind === kind && other.store === store && other.age < age);
  return newer.some((other) => state !== 'done' || other.state === 'done');
};

const rowsOf = fc.uniqueArray(
  fc.record<Row>({
    kind: fc.constantFrom(...LOG_KINDS),
    age: fc.integer({ min: 0, max: 400 }).map((days) => days + 0.5),
    state: fc.constantFrom('pending', 'done', 'failed', 'bounced'),
    emptied: fc.boolean(),
    order: fc.constantFrom('open', 'closed', 'none'),
    store: fc.constantFrom(0, 1),
  }),
  { selector: ({ age }) => age, maxLength: 25 },
);
const retentions = fc.record({
  ...{ orderDays: fc.constant(730), messageDays: fc.constant(30) },
  ...{ deliveryDays: fc.integer({ min: 30, max: 380 }), claimDays: fc.integer({ min: 30, max: 380 }) },
});

test('whatever is stored: what is finished and past its age goes with its attempts, everything else stays, and again changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOf, retentions, async (rows, retention) => {
      await clear();
      const keys: string[] = [];
      for (const row of rows) keys.push(await add(row));
      const left = keys.filter((_, index) => !mayGo(rows[index] as Row, rows, retention)).sort();
      const due = await readDueLogs(ledger.orm.em, retention);
      const removed = await removeOldLogs(ledger.orm.em, retention);
      expect(await stored()).toEqual(left);
      for (const { kind, due: said, overdueSeconds } of due) {
        expect({ kind, count: removed[kind], isOverdue: removed[kind] > 0 }).toEqual({
          ...{ kind, count: said, isOverdue: overdueSeconds > 0 },
        });
      }
      const lost = await ledger.rows(
        `select 1 from webhook_event e where (select count(*) from webhook_attempt a where a.event_id = e.id) <> 3
         union all select 1 from endpoint_delivery d where not exists (select from endpoint_attempt a where a.delivery_id = d.id)`,
      );
      expect(lost).toEqual([]);
      expect(Object.values(await removeOldLogs(ledger.orm.em, retention))).toEqual(LOG_KINDS.map(() => 0));
      expect(await stored()).toEqual(left);
    }),
    runs(25),
  );
}, 120_000);

const OLD: Row = { kind: 'webhooks', age: 150, state: 'done', emptied: true, order: 'closed', store: 0 };

test('a row that somebody has locked is left to the next pass, which takes it', async () => {
  await add({ ...OLD, age: 1 });
  const key = await add(OLD);
  const holder = new pg.Client({ connectionString: ledger.database.url });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query('select 1 from webhook_event where id = $1 for update', [key]);
    expect(await removeOldLogs(ledger.orm.em, KEPT)).toMatchObject({ webhooks: 0 });
    await holder.query('rollback');
  } finally {
    await holder.end();
  }
  expect(await removeOldLogs(ledger.orm.em, KEPT)).toMatchObject({ webhooks: 1 });
});

test('more than fits in a transaction goes in one pass, and two passes at once remove each row once', async () => {
  await ledger.rows(
    `insert into block_recheck (chain_id, tx_hash, block_number, done_at)
     select 31337, '0x' || lpad(to_hex(n), 64, '0'), 1, now() - interval '61 days' from generate_series(1, 3500) n`,
  );
  const both = await Promise.all([removeOldLogs(ledger.orm.em, KEPT), removeOldLogs(ledger.orm.em, KEPT)]);
  expect(both.reduce((sum, { rechecks }) => sum + rechecks, 0)).toBe(3_500);
  expect(await stored()).toEqual([]);
});

test('an old webhook is emptied first, goes then, and the order’s history still tells of it', async () => {
  await add({ ...OLD, age: 1 });
  const key = await add({ ...OLD, emptied: false });
  await ledger.rows(
    `insert into timeline_event (intent_id, kind, data) values (?, 'webhook_delivered', jsonb_build_object('webhook_id', ?::text))`,
    [closed, key],
  );
  expect(await removeOldLogs(ledger.orm.em, KEPT)).toMatchObject({ webhooks: 0 });
  await requestRedelivery(ledger.orm.em, key);
  await eraseOldPersonalData(ledger.orm.em, KEPT);
  expect(await removeOldLogs(ledger.orm.em, KEPT), 'it is being sent again').toMatchObject({ webhooks: 0 });
  await ledger.rows(`update webhook_event set state = 'delivered', body = '' where id = ?`, [key]);
  expect(await removeOldLogs(ledger.orm.em, KEPT)).toMatchObject({ webhooks: 1 });
  await expect(requestRedelivery(ledger.orm.em, key)).rejects.toMatchObject({ code: 'webhook_not_found' });
  expect(
    await ledger.rows(`select data->>'webhook_id' as id from timeline_event where kind = 'webhook_delivered'`),
  ).toEqual([{ id: key }]);
});

test('a claim that was removed can be made again, and so can a block be asked for', async () => {
  const hash = randomHash();
  const ask = `insert into block_recheck (chain_id, tx_hash, block_number) values (31337, '${hash}', 5)
    on conflict (chain_id, tx_hash) do update set done_at = null where block_recheck.done_at is not null`;
  await ledger.rows(ask);
  await ledger.rows(`update block_recheck set done_at = now() - interval '61 days'`);
  expect(await removeOldLogs(ledger.orm.em, KEPT)).toMatchObject({ rechecks: 1 });
  await ledger.rows(ask);
  expect(await removeOldLogs(ledger.orm.em, KEPT)).toMatchObject({ rechecks: 0 });
});

test('old rows are found by an index, in tables of any size', async () => {
  const owner = new pg.Client({ connectionString: ownerUrlOf(ledger.database.url) });
  await owner.connect();
  try {
    await owner.query('set enable_seqscan = off');
    await owner.query('set enable_sort = off');
    for (const [table, at, index] of [
      ['webhook_event', 'created_at', 'webhook_created_index'],
      ['endpoint_delivery', 'created_at', 'endpoint_delivery_created_index'],
      ['email_message', 'created_at', 'email_created_index'],
      ['kept_claim', 'created_at', 'kept_claim_done_index'],
      ['block_recheck', 'done_at', 'recheck_done_index'],
    ] as const) {
      const finished = table === 'kept_claim' ? 'and next_check_at is null' : '';
      const { rows } = await owner.query<{ 'QUERY PLAN': string }>(
        `explain select 1 from ${table} where ${at} < now() - interval '100 days' ${finished} order by ${at} limit 1000`,
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n'), table).toContain(index);
    }
  } finally {
    await owner.end();
  }
});

test('every table says what makes it grow and what ends its rows, and the operators’ page names it', async () => {
  const tables = await ledger.rows<{ name: string }>(
    `select case when schemaname = 'public' then tablename else schemaname || '.' || tablename end as name from pg_tables
     where schemaname in ('public', 'auth', 'limits') order by 1`,
  );
  const names = tables.map(({ name }) => name);
  expect(Object.keys(TABLE_GROWTH).sort()).toEqual([...names].sort());
  const page = readFileSync(join(REPOSITORY, 'docs/operations/growth.md'), 'utf8');
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  const sizes = await readTableSizes(ledger.orm.em);
  const known = sizes.map(({ table }) => table).filter((name) => !name.startsWith('demo.'));
  expect(known.sort()).toEqual([...names].sort());
  expect(sizes.every(({ tableBytes, indexBytes }) => tableBytes >= 0 && indexBytes >= 0)).toBe(true);
  expect(sizes.find(({ table }) => table === 'checkout_intent')?.indexBytes).toBeGreaterThan(8_000);
});
