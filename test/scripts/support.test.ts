// The helpers that other tests use: databases, chains, shared and time-skipping Temporal.

import { Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { startTestChain } from '#test/support/chain.ts';
import { asOwner, createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { createTimeSkippingEnvironment, testTemporal } from '#test/support/temporal.ts';

const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database.drop();
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('two databases created in parallel are migrated and separate', async () => {
  databases.push(...(await Promise.all([createTestDatabase(), createTestDatabase()])));
  const [one, two] = databases as [TestDatabase, TestDatabase];
  await asOwner(one.url, 'create table only_here (id int)');
  const tables = `select count(*)::int as n from pg_tables where schemaname = 'public'`;
  const [[first], [second]] = await Promise.all([query(one.url, tables), query(two.url, tables)]);
  expect(second).toMatchObject({ n: expect.any(Number) });
  const n = (second as { n: number }).n;
  expect(n).toBeGreaterThan(5);
  expect(first).toEqual({ n: n + 1 });
});

test('a database can be dropped while a client is connected', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  await database.drop();
  await expect(query(database.url, 'select 1')).rejects.toThrow(/does not exist/);
  await client.end().catch(() => {});
});

test('a chain mines on demand and ends when stopped', async () => {
  const chain = await startTestChain({ blockTime: 'manual' });
  await chain.mine(3);
  expect(Number(await chain.call('eth_blockNumber'))).toBe(3);
  expect(Number(await chain.call('eth_chainId'))).toBe(31337);
  await chain.stop();
  await expect(chain.call('eth_blockNumber')).rejects.toThrow();
});

test('the shared Temporal has its namespace', async () => {
  const { address, namespace } = testTemporal();
  const connection = await Connection.connect({ address });
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  expect(namespaceInfo?.name).toBe(namespace);
  await connection.close();
});

test('the time-skipping server skips a month', async () => {
  const environment = await createTimeSkippingEnvironment();
  try {
    const before = await environment.currentTimeMs();
    await environment.sleep('30 days');
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(30 * 86_400_000);
  } finally {
    await environment.teardown();
  }
});
