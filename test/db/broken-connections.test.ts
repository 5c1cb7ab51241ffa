// Postgres restarts in the middle of transactions: afterwards the pool has as many connections as before.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Em, type Orm, openOrm } from '#db/orm.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
let orm: Orm;
let other: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url, poolSize: 2 });
  other = await openOrm({ databaseUrl: database.url, poolSize: 1 });
});
afterAll(async () => {
  await orm?.close();
  await other?.close();
  await database?.drop();
});

const backendOf = async (em: Em): Promise<number> => {
  const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
  return row?.pid ?? 0;
};

it('a transaction whose connection broke does not use up a slot of the pool', async () => {
  for (let round = 0; round < 3; round += 1) {
    const broken = orm.em.fork().transactional(async (em) => {
      const pid = await backendOf(em as Em);
      await other.em.fork().execute('select pg_terminate_backend(?)', [pid]);
      await waitFor(
        async () => (await other.em.fork().execute('select 1 from pg_stat_activity where pid = ?', [pid])).length === 0,
        {
          what: 'the end of the connection',
          timeoutMs: 45_000,
        },
      );
      await em.execute('select 1');
    });
    await expect(broken).rejects.toThrow();
  }
  const both = Promise.all([1, 2].map(() => orm.em.fork().transactional((em) => em.execute('select pg_sleep(0.1)'))));
  await expect(both).resolves.toHaveLength(2);
});

it('a transaction left open is ended, and its locks with it', async () => {
  const [row] = await orm.em
    .fork()
    .execute<{ idle_in_transaction_session_timeout: string }[]>('show idle_in_transaction_session_timeout');
  expect(row?.idle_in_transaction_session_timeout).toBe('30s');
});
