// Simulated reorganisations with the worker's simulator, a real chain that mines by time, and a watcher that is late: what is to be
// removed is never confirmed first.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { Simulation } from '#db/entities/simulation.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { requestSimulation } from '#db/simulations/request-simulation.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { createSimulator, type Simulator } from '#worker/simulations.ts';
import {
  eventually,
  type PayableChain,
  type RunningWatcher,
  silentLog,
  startPayableChain,
  startWatcher,
  startWorld,
  type World,
} from './support/world.ts';

const LOCAL = chainById(31337);
let world: World;
let chain: PayableChain;
let simulator: Simulator;
let watcher: RunningWatcher | undefined;
/** Orders whose workflow runs: it shows a payment that the watcher has seen. */
const followed = new Set<IntentId>();
const ended = new AbortController();
let following: Promise<void>;

const followOrders = async (): Promise<void> => {
  while (!ended.signal.aborted) {
    for (const intentId of followed) {
      if (!(await world.transfersOf(intentId)).some(({ state }) => state === 'seen')) continue;
      followed.delete(intentId);
      await changeIntent(world.orm.em.fork(), { intentId, actor: 'workflow', to: IntentStatus.ON_CHAIN });
    }
    await delay(20);
  }
};

beforeAll(async () => {
  [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
  await world.orm.em.fork().nativeUpdate(Store, { id: world.storeId }, { isTest: true });
  await chain.call('evm_setAutomine', [false]);
  await chain.call('evm_setIntervalMining', [1]);
  const on = { chain: LOCAL, rpcUrls: [chain.rpcUrl] };
  simulator = createSimulator({
    ...{ em: world.orm.em, chains: [on], logger: silentLog, watchMs: 1_000 },
  }) as Simulator;
  following = followOrders();
});
afterEach(async () => {
  await watcher?.stop();
  watcher = undefined;
});
afterAll(async () => {
  ended.abort();
  await following;
  await Promise.all([world?.close(), chain?.stop()]);
});

const ask = async ({ isFollowed = true } = {}): Promise<IntentId> => {
  const { id: intentId } = await world.createIntent();
  if (isFollowed) followed.add(intentId);
  const started = await requestSimulation(world.orm.em, {
    ...{ storeId: world.storeId, intentId, scenario: 'reorganised', requestedBy: 'dashboard', claim: null },
    chains: [LOCAL],
  });
  expect(started.kind).toBe('started');
  return intentId;
};
const read = (intent: IntentId): Promise<Simulation> => world.orm.em.fork().findOneOrFail(Simulation, { intent });
const until = (what: string, condition: () => Promise<boolean>): Promise<void> =>
  eventually(what, async () => {
    await simulator.pass();
    return await condition();
  });
const isDone = async (intent: IntentId): Promise<boolean> => {
  const { state, lastError } = await read(intent);
  if (state === 'failed') throw new Error(`failed: ${lastError}`);
  return state === 'done';
};
const statusOf = async (id: IntentId) => (await world.orm.em.fork().findOneOrFail(CheckoutIntent, id)).status;
const confirmed = async (intent: IntentId): Promise<boolean> =>
  (await world.timelineOf(intent)).some((kind) => kind.includes('confirmed'));

test('a payment that the watcher sees only later is removed unconfirmed, and sent again', async () => {
  const intent = await ask();
  await until(
    'a first try without a watcher',
    async () => (await read(intent)).lastError?.includes('sent again') ?? false,
  );
  // The chain mines on: a payment that was left in its block would be confirmed by now.
  const head = await chain.head();
  await eventually('three blocks', async () => (await chain.head()) >= head + 3n);
  watcher = startWatcher(world, chain.chainId, [chain.rpcUrl]);
  await until('the end', () => isDone(intent));
  await eventually(
    'the removal in the books',
    async () => (await world.transfersOf(intent)).at(-1)?.state === 'orphaned',
  );
  expect(await confirmed(intent)).toBe(false);
});

test('a payment is not done before its order has shown it', async () => {
  watcher = startWatcher(world, chain.chainId, [chain.rpcUrl]);
  const intent = await ask({ isFollowed: false });
  await until('a try that the watcher saw', async () => {
    const { lastError } = await read(intent);
    return (lastError?.includes('sent again') ?? false) && (await world.transfersOf(intent)).length > 0;
  });
  expect((await read(intent)).state).toBe('sent');
  followed.add(intent);
  await until('the end', () => isDone(intent));
  expect(await statusOf(intent)).toBe(IntentStatus.ON_CHAIN);
  expect(await confirmed(intent)).toBe(false);
});

test('two on one chain wait for each other, and each is removed unconfirmed', async () => {
  watcher = startWatcher(world, chain.chainId, [chain.rpcUrl]);
  const intents = await Promise.all([ask(), ask()]);
  for (const intent of intents) await until('the end', () => isDone(intent));
  for (const intent of intents) {
    await eventually('the removal', async () => (await world.transfersOf(intent)).at(-1)?.state === 'orphaned');
    expect(await confirmed(intent)).toBe(false);
  }
  expect(await chain.call('anvil_getIntervalMining')).toBe(1);
});
