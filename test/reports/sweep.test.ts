// The sweep over a real Temporal server: missed days are reported in order, a store that fails does not delay others, and a second
// sweep finds nothing to do.
import { randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReportActivities, type ReportActivities } from '#activities/reports.ts';
import { Store } from '#db/entities/store.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { listReports } from '#db/reports/reports.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeStore, TEST_MASTER_KEYS } from '#test/support/intents.ts';
import { testTemporal } from '#test/support/temporal.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { WorkflowType } from '#workflows/messages.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const DAY = 86_400_000;

let database: TestDatabase;
let orm: Orm;
let native: NativeConnection;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  const { address, namespace } = testTemporal();
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  native = await NativeConnection.connect({ address });
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace });
});
afterAll(async () => {
  await native?.close();
  await connection?.close();
  await orm?.close();
  await database?.drop();
});

const newStore = async (daysAgo: number): Promise<string> => {
  const { storeId } = await makeStore(orm.em);
  const em = orm.em.fork();
  (await em.findOneOrFail(Store, storeId)).createdAt = new Date(NOW.getTime() - daysAgo * DAY);
  await em.flush();
  return storeId;
};
const daysOf = async (storeId: string): Promise<string[]> =>
  (await listReports(orm.em, storeId, 'daily', null, 100)).map(({ period }) => period).reverse();

const sweep = async (activities: ReportActivities): Promise<number> => {
  const taskQueue = `reports-${randomBytes(4).toString('hex')}`;
  const worker = await Worker.create({
    connection: native,
    namespace: testTemporal().namespace,
    taskQueue,
    activities,
    workflowBundle: await cachedBundle(),
    shutdownGraceTime: 0,
  });
  return await worker.runUntil(
    client.workflow.execute(WorkflowType.reportsSweep, {
      workflowId: taskQueue,
      taskQueue,
      args: [],
    }) as Promise<number>,
  );
};

test('creates missed reports once, in order, also after a store that fails', async () => {
  const [first, broken, last] = [await newStore(3), await newStore(2), await newStore(1)];
  const made: string[] = [];
  const real = createReportActivities({
    em: orm.em,
    masterKeys: TEST_MASTER_KEYS,
    publicUrl: 'https://pay.example.com',
    now: () => NOW,
  });
  const watched: ReportActivities = {
    ...real,
    async makeReport(report) {
      if (report.storeId === broken) throw ApplicationFailure.nonRetryable('its zone is gone');
      made.push(`${report.storeId} ${report.period}`);
      return await real.makeReport(report);
    },
  };
  expect(await sweep(watched)).toBe(4);
  expect(await daysOf(first)).toEqual(['2026-11-19', '2026-11-20', '2026-11-21']);
  expect(made.filter((line) => line.startsWith(first))).toEqual(
    ['2026-11-19', '2026-11-20', '2026-11-21'].map((day) => `${first} ${day}`),
  );
  expect(await daysOf(last)).toEqual(['2026-11-21']);
  expect(await daysOf(broken)).toEqual([]);

  // After the fix, the next sweep creates this store's days, and no other store's again.
  expect(await sweep(real)).toBe(2);
  expect(await daysOf(broken)).toEqual(['2026-11-20', '2026-11-21']);
  expect(await sweep(real)).toBe(0);
});
