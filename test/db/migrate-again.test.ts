// A migration that waits for a transaction which waits for it: Postgres ends one of the two. If it is ours, it is done again.
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { again } from '#db/migrate.ts';
import { createTestDatabase, ownerUrlOf, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
let ours: pg.Client;
let other: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  const owner = ownerUrlOf(database.url);
  [ours, other] = [new pg.Client(owner), new pg.Client(owner)];
  await Promise.all([ours.connect(), other.connect()]);
  await ours.query('create table one (n int); create table two (n int)');
});
afterAll(async () => {
  await Promise.all([ours?.end(), other?.end()]);
  await database?.drop();
});

const inTransaction = async (client: pg.Client, work: () => Promise<void>): Promise<void> => {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
};

test('is done again when it was the one to go, and not when something else is wrong', async () => {
  let attempts = 0;
  const waits: Promise<void>[] = [];
  await again(() =>
    inTransaction(ours, async () => {
      attempts += 1;
      await ours.query('alter table one add column if not exists more int');
      if (attempts === 1) {
        // It has the second table and asks for the first one while ours asks for the second: ours has waited longer, and is ended.
        await other.query('begin');
        await other.query('lock table two');
        const asked = ours.query('alter table two add column more int').then(() => {});
        waits.push(other.query('lock table one').then(async () => void (await other.query('commit'))));
        await asked.catch((error: unknown) => {
          throw new Error('the migration failed', { cause: error });
        });
      } else await ours.query('alter table two add column more int');
    }),
  );
  await Promise.all(waits);
  expect(attempts).toBe(2);
  const { rows } = await ours.query(
    "select table_name from information_schema.columns where column_name = 'more' and table_name in ('one', 'two')",
  );
  expect(rows).toHaveLength(2);

  let tried = 0;
  const wrong = again(async () => {
    tried += 1;
    await ours.query('select 1 / 0');
  });
  await expect(wrong).rejects.toThrow('division by zero');
  expect(tried).toBe(1);
});
