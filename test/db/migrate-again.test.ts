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

test('two that wait for each other: one is ended and done again, whichever it is', async () => {
  const attempts = { ours: 0, other: 0 };
  const bothHold = Promise.withResolvers<void>();
  let held = 0;
  const alter = (name: keyof typeof attempts, client: pg.Client, first: string, second: string): Promise<void> =>
    again(() =>
      inTransaction(client, async () => {
        attempts[name] += 1;
        await client.query(`alter table ${first} add column if not exists by_${name} int`);
        held += 1;
        if (held === 2) bothHold.resolve();
        await bothHold.promise;
        await client.query(`alter table ${second} add column if not exists by_${name} int`).catch((error: unknown) => {
          throw new Error('the migration failed', { cause: error });
        });
      }),
    );
  await Promise.all([alter('ours', ours, 'one', 'two'), alter('other', other, 'two', 'one')]);
  expect(attempts.ours + attempts.other).toBe(3);
  const { rows } = await ours.query(
    "select table_name, column_name from information_schema.columns where column_name like 'by!_%' escape '!'",
  );
  expect(rows).toHaveLength(4);
});

test('what fails for another reason is not done again', async () => {
  let tried = 0;
  const wrong = again(async () => {
    tried += 1;
    await ours.query('select 1 / 0');
  });
  await expect(wrong).rejects.toThrow('division by zero');
  expect(tried).toBe(1);
});
