// kill -9 of worker, Temporal and Postgres at random moments of a hundred orders in flight: every webhook is delivered, with one id
// each, every e-mail once, and the books agree with the chains.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { createRandom } from '#simulate/random.ts';
import { type OrderCrowd, orderCrowd } from '../support/order-crowd.ts';
import { type PartName, type RunningSystem, startSystem } from '../support/running-system.ts';
import { openShop, type Shop } from '../support/shop.ts';

const ORDERS = 100;
const SEED = Number(process.env.CROWD_SEED) || Date.now() % 1_000_000;
const VICTIMS: readonly PartName[] = ['worker', 'temporal', 'postgres'];

let system: RunningSystem;
let shop: Shop;
let crowd: OrderCrowd;

beforeAll(async () => {
  system = await startSystem();
  shop = await openShop(system, 'Crowd shop');
  crowd = await orderCrowd(() => system, shop);
});
afterAll(async () => {
  await shop?.receiver.close();
  await system?.dispose();
});

test(`${ORDERS} orders, with each part killed twice (seed ${SEED})`, { timeout: 600_000 }, async () => {
  const random = createRandom(SEED);
  const ids = await crowd.create(ORDERS);
  /** Each part twice, each time when so many webhooks have arrived. */
  const kills = [...VICTIMS, ...VICTIMS]
    .map((part) => ({ part, told: random.below(ORDERS * 0.8) }))
    .sort((a, b) => a.told - b.told);
  const killing = (async () => {
    for (const { part, told } of kills) {
      await waitFor(() => crowd.told() >= told, { what: `${told} webhooks`, timeoutMs: 300_000 });
      await system.killAndAwaitRestart(part);
    }
  })();
  await Promise.all([crowd.pay(ids), killing]);
  await crowd.expectEachOnce(300_000);
  expect(crowd.told()).toBe(ORDERS);
});
