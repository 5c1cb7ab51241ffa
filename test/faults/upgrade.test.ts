// A rolling upgrade from the release before one workflow carried an order (decision 0068), in the middle of a hundred orders: the schema is
// migrated under the old processes, a new worker runs beside the old one, then everything is of today. Then back to that release in the
// middle of orders, and forward again: the older release takes over what is open, as docs/runbook.md says. Nothing is lost or doubled.
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { prepareDatabase } from '#scripts/lib/prepare-database.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { BEFORE_ONE_WORKFLOW, unpackRelease } from '../support/last-release.ts';
import { orderCrowd } from '../support/order-crowd.ts';
import { type RunningSystem, startSystem } from '../support/running-system.ts';
import { openShop, type Shop } from '../support/shop.ts';

/** The folder of its code. */
let release: string;
let system: RunningSystem;
const shops: Shop[] = [];

beforeAll(async () => {
  release = await unpackRelease(BEFORE_ONE_WORKFLOW);
  system = await startSystem({ root: release });
});
afterAll(async () => {
  for (const { receiver } of shops) await receiver.close();
  await system?.dispose();
});

/** Waits for more confirmations than the chains require, so that orders are under way at every step. */
const openPatientShop = async (name: string): Promise<Shop> => {
  const shop = await openShop(system, name, '--confirmations', '31337=6,31338=6');
  shops.push(shop);
  return shop;
};

/** Stops the system and starts it with the same data: with the code of this clone, or of a release. */
const restart = async (root?: string): Promise<void> => {
  const { dataDir, addresses } = system;
  expect(await system.interrupt()).toBe(0);
  system = await startSystem({ dataDir, port: Number(new URL(addresses.web).port), ...(root ? { root } : {}) });
};

/** A worker of this clone beside the system's own. Resolves when it is healthy. */
const startNewWorker = async (): Promise<ChildProcess> => {
  const port = await freePort();
  const worker = spawn(process.execPath, ['worker/main.ts'], {
    cwd: REPOSITORY,
    env: { ...process.env, ...system.env, WORKER_HEALTH_PORT: String(port) },
    stdio: 'ignore',
  });
  await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok, {
    what: 'the new worker',
    timeoutMs: 120_000,
    giveUp: () => (worker.exitCode === null ? undefined : new Error(`the new worker ended with ${worker.exitCode}`)),
  });
  return worker;
};

test('a hundred orders: before, during and after the upgrade', { timeout: 600_000 }, async () => {
  const crowd = await orderCrowd(() => system, await openPatientShop('Upgrade shop'));
  const before = await crowd.create(50);
  await crowd.pay(before.slice(0, 20));
  await waitFor(() => crowd.told() > 0, { what: 'a webhook of the old release', timeoutMs: 120_000 });

  await prepareDatabase(system.ownerUrl, String(system.env.DATABASE_URL));
  const worker = await startNewWorker();
  const between = await crowd.create(30);
  await crowd.pay([...before.slice(20, 35), ...between.slice(0, 15)]);
  await waitFor(() => crowd.told() > 20, { what: 'a webhook of an order paid during the upgrade', timeoutMs: 120_000 });

  const ended = new Promise((resolve) => worker.once('exit', resolve));
  worker.kill('SIGTERM');
  await ended;
  await restart();
  const after = await crowd.create(20);
  await crowd.pay([...before.slice(35), ...between.slice(15), ...after]);
  await crowd.expectEachOnce(300_000);
  expect(crowd.told()).toBe(100);
});

test('twenty orders: before, during and after a rollback', { timeout: 600_000 }, async () => {
  const crowd = await orderCrowd(() => system, await openPatientShop('Rollback shop'));
  const before = await crowd.create(10);
  await crowd.pay(before.slice(0, 4));
  await waitFor(() => crowd.told() > 0, { what: 'a webhook', timeoutMs: 120_000 });

  await restart(release);
  const between = await crowd.create(6);
  await crowd.pay([...before.slice(4, 8), ...between.slice(0, 3)]);
  // Among them orders of the newer release: its reconciler starts a workflow for each.
  await waitFor(() => crowd.told() === 11, { what: 'webhooks of the older release', timeoutMs: 240_000 });

  await restart();
  const after = await crowd.create(4);
  await crowd.pay([...before.slice(8), ...between.slice(3), ...after]);
  await crowd.expectEachOnce(300_000);
  expect(crowd.told()).toBe(20);
});
