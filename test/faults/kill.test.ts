// kill -9 of every process in the middle of a payment: the supervisor restarts it, and the order is paid once. Then kills of worker,
// Temporal and Postgres at random moments of two hundred orders in flight: every webhook is delivered, with one id each, every e-mail once,
// and the books agree with the chains.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { createRandom } from '#simulate/random.ts';
import { orderCrowd } from '../support/order-crowd.ts';
import { type PartName, type RunningSystem, startSystem } from '../support/running-system.ts';
import { openShop, type Shop } from '../support/shop.ts';

const ORDERS = 200;
const SEED = Number(process.env.CROWD_SEED) || Date.now() % 1_000_000;
const VICTIMS: readonly PartName[] = ['worker', 'temporal', 'postgres'];

let system: RunningSystem;
let shop: Shop;
/** The confirmations of the chains, for faults that come before the payment is seen. */
let quickShop: Shop;
let crowdShop: Shop;

beforeAll(async () => {
  system = await startSystem();
  // More confirmations than the chains require, so that a fault fits between first sight and confirmation.
  [shop, quickShop, crowdShop] = await Promise.all([
    openShop(system, 'Fault shop', '--confirmations', '31337=6,31338=6'),
    openShop(system, 'Quick fault shop'),
    openShop(system, 'Crowd shop'),
  ]);
});
afterAll(async () => {
  await shop?.receiver.close();
  await quickShop?.receiver.close();
  await crowdShop?.receiver.close();
  await system?.dispose();
});

const PARTS: readonly PartName[] = ['web', 'worker', 'temporal', 'postgres'];

describe('kill -9 in the middle of a payment', () => {
  test.each(PARTS)('%s', async (part) => {
    const { allscale_checkout_intent_id: id } = await shop.create({
      stable_coin: 1,
      amount_cents: 1234,
      order_id: part,
    });
    await shop.pay(id);
    await shop.awaitStatus(id, 10);
    await system.killAndAwaitRestart(part);
    const report = await shop.expectPaidOnce(id);
    expect(report.actual_paid_amount).toBe('12.3400');
  });

  test('the worker, before it has seen the payment', async () => {
    const { allscale_checkout_intent_id: id } = await quickShop.create({
      stable_coin: 2,
      accepted_stable_coins: [2],
      amount_cents: 999,
    });
    const restarted = system.killAndAwaitRestart('worker');
    await quickShop.pay(id);
    await restarted;
    await quickShop.expectPaidOnce(id);
  });

  test('the chain: a payment missing from its dump is orphaned and paid again', async () => {
    const { allscale_checkout_intent_id: id } = await shop.create({ stable_coin: 1, amount_cents: 777 });
    await shop.pay(id, { chain: 31337 });
    await shop.awaitStatus(id, 10);
    await system.killAndAwaitRestart('chain-31337');
    // Either the dump has the payment and it continues, or the chain went back and the shopper sends again.
    const outcome = await waitFor(
      async () => {
        const { status, transfers } = await shop.report(id);
        if (status === 20) return 'paid';
        return transfers.every(({ state }) => state === 'orphaned') ? 'gone' : undefined;
      },
      { what: 'the payment or its absence after the restart', timeoutMs: 60_000, intervalMs: 500 },
    );
    if (outcome === 'gone') await shop.pay(id, { chain: 31337 });
    await shop.expectPaidOnce(id);
  });
});

test('Temporal stops and create still responds; intents continue after a restart', async () => {
  system.signal('temporal', 'SIGSTOP');
  const created = await quickShop.create({ stable_coin: 1, amount_cents: 555 }).finally(() => {
    system.signal('temporal', 'SIGCONT');
  });
  await quickShop.pay(created.allscale_checkout_intent_id);
  await quickShop.expectPaidOnce(created.allscale_checkout_intent_id);
});

test('Ctrl-C in the middle of a payment: the open intent continues after the next start', async () => {
  const { allscale_checkout_intent_id: id } = await shop.create({ stable_coin: 1, amount_cents: 4321 });
  await shop.pay(id);
  await shop.awaitStatus(id, 10);
  const { dataDir, addresses } = system;
  expect(await system.interrupt()).toBe(0);
  system = await startSystem({ dataDir, port: Number(new URL(addresses.web).port) });
  await shop.expectPaidOnce(id);
});

test(`${ORDERS} orders, with each part killed twice (seed ${SEED})`, { timeout: 600_000 }, async () => {
  const random = createRandom(SEED);
  const crowd = await orderCrowd(() => system, crowdShop);
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
