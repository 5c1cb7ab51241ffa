// Back to the release before one workflow carried an order (decision 0068), in the middle of orders, and forward again: the older release
// takes over what is open, as docs/runbook.md says, and nothing is lost or doubled.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { BEFORE_ONE_WORKFLOW, unpackRelease } from '../support/last-release.ts';
import { orderCrowd } from '../support/order-crowd.ts';
import { type RunningSystem, startSystem } from '../support/running-system.ts';
import { openShop, type Shop } from '../support/shop.ts';

/** The folder of its code. */
let release: string;
let system: RunningSystem;
let shop: Shop;

beforeAll(async () => {
  release = await unpackRelease(BEFORE_ONE_WORKFLOW);
  system = await startSystem();
  shop = await openShop(system, 'Rollback shop', '--confirmations', '31337=6,31338=6');
});
afterAll(async () => {
  await shop?.receiver.close();
  await system?.dispose();
});

test('twenty orders: before, during and after a rollback', { timeout: 600_000 }, async () => {
  const crowd = await orderCrowd(() => system, shop);
  const restart = async (root?: string): Promise<void> => {
    const { dataDir, addresses } = system;
    expect(await system.interrupt()).toBe(0);
    system = await startSystem({ dataDir, port: Number(new URL(addresses.web).port), ...(root ? { root } : {}) });
  };
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
