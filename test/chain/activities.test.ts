// The long-running activities work, heartbeat, and end in order when they are cancelled or have run long enough.
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChainWatcherActivities } from '#activities/chain-watcher.ts';
import { createRelayerActivities } from '#activities/relayer.ts';
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import { ONE_COIN } from '#domain/money.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { paidIntent, settlementOf } from './support/settling.ts';
import {
  caughtUp,
  eventually,
  type PayableChain,
  silentLog,
  startPayableChain,
  startWorld,
  type World,
} from './support/world.ts';

let world: World;
let chain: PayableChain;
let pool: RpcPool;

beforeAll(async () => {
  [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
  pool = createRpcPool({ chainId: chain.chainId, urls: [chain.rpcUrl] });
});
afterAll(async () => {
  await pool?.close();
  await Promise.all([world?.close(), chain?.stop()]);
});

const shared = () => ({ em: world.orm.em, pools: new Map([[chain.chainId, pool]]), owner: 'worker', log: silentLog });

test('watchChain watches until it is cancelled, and then releases the lease', async () => {
  const { watchChain } = createChainWatcherActivities(shared());
  const environment = new MockActivityEnvironment();
  const running = environment.run(watchChain, { chainId: chain.chainId });
  await caughtUp(world, chain);
  environment.cancel();
  await running;
  expect(await world.cursor(chain.chainId)).toMatchObject({ lease_owner: null });
});

test('watchChain returns after its maximum run time', async () => {
  const { watchChain } = createChainWatcherActivities({ ...shared(), runForMs: 500 });
  await new MockActivityEnvironment().run(watchChain, { chainId: chain.chainId });
  expect(await world.cursor(chain.chainId)).toMatchObject({ lease_owner: null });
});

test('relaySettlements settles until it is cancelled', async () => {
  const intent = await paidIntent(world, chain, ONE_COIN);
  const { relaySettlements } = createRelayerActivities({
    ...shared(),
    privateKeys: [localAccount('relayer').privateKey],
  });
  const environment = new MockActivityEnvironment();
  const running = environment.run(relaySettlements, { chainId: chain.chainId });
  await eventually('the settlement', async () => {
    await chain.mine();
    return (await settlementOf(world, intent)).state === 'settled';
  });
  environment.cancel();
  await running;
});

test('a chain that is not enabled is rejected', async () => {
  const { watchChain } = createChainWatcherActivities(shared());
  await expect(new MockActivityEnvironment().run(watchChain, { chainId: 31338 })).rejects.toThrow('RPC_URLS_31338');
});
