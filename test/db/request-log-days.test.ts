// The log of requests by days: the migration keeps what is there, the release before works on it, days are made and dropped in time, and the
// application can do no more than that.
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  insertRequests,
  keepRequestLogDays,
  type LoggedRequest,
  listRequests,
  readRequest,
} from '#db/api/request-log.ts';
import { grantApplicationRights } from '#db/application-role.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { createEmptyDatabase, createTestDatabase, ownerUrlOf, type TestDatabase } from '#test/support/database.ts';

const DAY_MS = 86_400_000;
let database: TestDatabase;
let owner: pg.Client;
const openOwner = async (url: string): Promise<void> => {
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
};
afterEach(async () => {
  await owner?.end();
  await database?.drop();
});

const rows = async <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await owner.query<Row>(text, values)).rows;

/** In the columns' order of the release before. */
const REQUEST = `insert into request_log (request_id, store_id, api_key_id, at, method, path, http_status, code, duration_ms,
    client_address, request_headers, request_body, response_body)
  values ($1, 'sto_1', 'k', now() + $2::interval, 'GET', '/v1/orders', 200, 0, 1, '::1', '{}', '', '') returning id::text`;
const log = async (requestId: string, age: string): Promise<string> =>
  (await rows<{ id: string }>(REQUEST, [requestId, age]))[0]?.id ?? '';

/** Which partition each request lies in: `first`, `other`, or `day`. */
const places = async (): Promise<Record<string, string>> => {
  const found = await rows<{ id: string; place: string }>(
    `select request_id as id, c.relname as place from request_log r join pg_class c on c.oid = r.tableoid order by 1`,
  );
  const kind = (name: string): string => (/\d{8}$/.test(name) ? 'day' : name.replace('request_log_', ''));
  return Object.fromEntries(found.map(({ id, place }) => [id, kind(place)]));
};
const days = async (): Promise<string[]> =>
  (
    await rows<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'log_days'::regnamespace and relkind = 'r' order by 1`,
    )
  ).map(({ name }) => name.replace('request_log_', ''));
const dayName = (from: number, offset: number): string =>
  new Date(from + offset * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
/** The days with these numbers from today, as a test that runs over midnight may see them. */
const daysFrom = (since: number, offsets: readonly number[]): string[][] =>
  [since, Date.now()].map((day) => offsets.map((offset) => dayName(day, offset)));

describe('the migration', () => {
  let orm: Orm;
  beforeEach(async () => {
    database = await createEmptyDatabase();
    await openOwner(database.url);
    orm = await openOrm({ databaseUrl: database.url });
    await orm.migrator.up({ to: 'Migration0058Growth' });
  });
  afterEach(async () => await orm?.close());

  test('keeps every row with its id, goes on counting, and can be reverted', async () => {
    const ids = [await log('old', '-6 days'), await log('new', '0'), await log('later', '1 hour')];
    await log('of a wrong clock', '30 days');
    await orm.migrator.up();
    const kept = `select id::text, request_id as name from request_log order by id`;
    const before = ['old', 'new', 'later'].map((name, index) => ({ id: ids[index], name }));
    expect(await rows(kept)).toEqual(before);
    const next = await log('after', '0');
    expect(Number(next)).toBe(Number(ids.at(-1)) + 2);
    expect(await places()).toEqual({ old: 'first', new: 'first', later: 'first', after: 'first' });
    await orm.migrator.down({ to: 'Migration0058Growth' });
    expect(await rows(kept)).toEqual([...before, { id: next, name: 'after' }]);
    expect(Number(await log('again', '0'))).toBe(Number(next) + 1);
    await orm.migrator.up();
    expect(Object.keys(await places())).toEqual(['after', 'again', 'later', 'new', 'old']);
  });

  test('after one that stopped halfway, it is done again', async () => {
    await log('old', '-1 day');
    await owner.query('create schema log_days');
    await owner.query('create unique index request_log_key on request_log (id, at)');
    await owner.query(`alter table request_log add constraint request_log_before check (at < '2030-01-01')`);
    await orm.migrator.up();
    expect(await places()).toEqual({ old: 'first' });
  });
});

describe('the days', () => {
  let orm: Orm;
  beforeEach(async () => {
    database = await createTestDatabase();
    const ownerUrl = ownerUrlOf(database.url);
    // The template may have been migrated on another day.
    const migrating = await openOrm({ databaseUrl: ownerUrl });
    await migrating.migrator.down({ to: 'Migration0058Growth' });
    await migrating.migrator.up();
    await migrating.close();
    await grantApplicationRights(ownerUrl);
    await openOwner(ownerUrl);
    orm = await openOrm({ databaseUrl: database.url });
  });
  afterEach(async () => await orm?.close());

  /** As after a week or more: every part is older by so many days. The first part ends at its own time. */
  const age = async (byDays: number): Promise<void> => {
    const parts = await rows<{ name: string; from: string | null; to: string }>(
      `select c.relname as name, substring(pg_get_expr(relpartbound, c.oid) from 'FROM \\(''([^'']+)''\\)') as "from",
         substring(pg_get_expr(relpartbound, c.oid) from 'TO \\(''([^'']+)''\\)') as "to"
       from pg_inherits i join pg_class c on c.oid = i.inhrelid where inhparent = 'request_log'::regclass
         and pg_get_expr(relpartbound, c.oid) <> 'DEFAULT' order by 3`,
    );
    const moved = (at: string): string => new Date(Date.parse(at) - byDays * DAY_MS).toISOString();
    for (const { name } of parts) await owner.query(`alter table request_log detach partition log_days.${name}`);
    for (const [index, { name, from, to }] of parts.entries()) {
      await owner.query(`update log_days.${name} set at = at - interval '${byDays} days'`);
      await owner.query(`alter table log_days.${name} rename to part_${byDays}_${index}`);
      await owner.query(
        `alter table request_log attach partition log_days.part_${byDays}_${index} for values from (${from === null ? 'minvalue' : `'${moved(from)}'`}) to ('${moved(to)}')`,
      );
    }
  };

  const request = (requestId: string, at: Date): LoggedRequest => ({
    ...{ requestId, storeId: 'sto_1', apiKeyId: 'k', at, method: 'GET', path: '/v1/orders', httpStatus: 200, code: 0 },
    ...{ durationMs: 1, clientAddress: '::1', requestHeaders: {}, requestBody: '', responseBody: '' },
  });

  test('this day and the next seven are there; making them again makes none', async () => {
    const first = await rows<{ end: string }>(
      `select substring(pg_get_expr(relpartbound, oid) from 'TO \\(''([^'']+)''\\)') as "end" from pg_class where relname = 'request_log_first'`,
    );
    // Two days are the first part's.
    const end = Date.parse(first[0]?.end ?? '');
    expect(await days()).toEqual([...[0, 1, 2, 3, 4, 5].map((offset) => dayName(end, offset)), 'first', 'other']);
    expect(await keepRequestLogDays(orm.em)).toBeLessThanOrEqual(1);
    const both = await Promise.all([keepRequestLogDays(orm.em), keepRequestLogDays(orm.em)]);
    expect(both).toEqual([0, 0]);
  });

  test('requests are written, listed and read through all parts, and go with their day', async () => {
    const at = (offset: number): Date => new Date(Date.now() + offset * DAY_MS);
    const written = [request('a', at(-6)), request('b', at(0)), request('c', at(3)), request('d', at(9))];
    await insertRequests(sqlOf(orm), written);
    expect(await places()).toEqual({ a: 'first', b: 'first', c: 'day', d: 'other' });
    const listed = await listRequests(orm.em, 'sto_1', {
      code: null,
      text: null,
      apiKeyId: null,
      before: null,
      limit: 9,
    });
    expect(listed.map(({ requestId }) => requestId)).toEqual(['d', 'c', 'b', 'a']);
    for (const { id, requestId } of listed) {
      expect(await readRequest(orm.em, 'sto_1', String(id))).toMatchObject({ requestId });
    }
    const older = await listRequests(orm.em, 'sto_1', {
      ...{ code: null, text: null, apiKeyId: null, limit: 9 },
      before: String(listed[1]?.id),
    });
    expect(older.map(({ requestId }) => requestId)).toEqual(['b', 'a']);
    // The first part ended at most two days from now: nine days later it is seven days old, and `c` is not.
    await age(9);
    expect(await keepRequestLogDays(orm.em)).toBeGreaterThan(0);
    expect(Object.keys(await places())).toEqual(['c', 'd']);
    expect(await days()).not.toContain('first');
  });

  test('a day goes only when its last moment is seven days old', async () => {
    await insertRequests(sqlOf(orm), [request('young', new Date(Date.now() + 1.9 * DAY_MS - 0.5 * DAY_MS))]);
    await age(8);
    await keepRequestLogDays(orm.em);
    expect(Object.keys(await places())).toEqual(['young']);
  });

  test('without a leader for weeks nothing is lost: rows of no day wait in the part for others, and the next days are made', async () => {
    const since = Date.now();
    await age(30);
    await log('nobody made its day', '0');
    expect(await places()).toEqual({ 'nobody made its day': 'other' });
    expect(await keepRequestLogDays(orm.em)).toBeGreaterThan(0);
    expect(await places()).toEqual({ 'nobody made its day': 'other' });
    const made = await days();
    // Today's rows lie in the other part already, so today stays there.
    expect(daysFrom(since, [1, 2, 3, 4, 5, 6, 7])).toContainEqual(made.filter((name) => /^\d{8}$/.test(name)));
    await log('tomorrow', '1 day');
    await log('today too', '0');
    expect(await places()).toMatchObject({ tomorrow: 'day', 'today too': 'other' });
    expect(await keepRequestLogDays(orm.em)).toBe(0);
  });

  test('while somebody holds the table it gives up, and the next call does it', async () => {
    await age(9);
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select 1 from request_log');
      expect(await keepRequestLogDays(orm.em)).toBe(-1);
      await holder.query('rollback');
    } finally {
      await holder.end();
    }
    expect(await keepRequestLogDays(orm.em)).toBeGreaterThan(0);
  });

  test.each([
    [
      'create a day',
      `create table log_days.mine partition of request_log for values from ('2040-01-01') to ('2040-01-02')`,
    ],
    ['drop a day', 'drop table log_days.request_log_other'],
    ['read a day past its table', 'select * from log_days.request_log_other'],
    [
      'replace the function',
      `create or replace function keep_request_log_days() returns int language sql as 'select 1'`,
    ],
  ])('the application cannot %s', async (_what, statement) => {
    await expect(orm.em.execute(statement)).rejects.toMatchObject({ code: '42501' });
  });

  test('a role that is not the application’s may not call it', async () => {
    await owner.query('create role log_days_stranger nologin');
    try {
      await owner.query('set role log_days_stranger');
      await expect(owner.query('select public.keep_request_log_days()')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await owner.query('reset role');
      await owner.query('drop role log_days_stranger');
    }
  });
});
