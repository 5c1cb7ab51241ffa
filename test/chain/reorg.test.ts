// Reorganisations of a real chain: a payment vanishes, moves or comes back, above and below the confirmation rule (N = 2 on the
// local chains) and below a final block.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ONE_COIN, unitsOf } from '#domain/money.ts';
import {
  caughtUp,
  eventually,
  type PayableChain,
  type RunningWatcher,
  startPayableChain,
  startWatcher,
  startWorld,
  type World,
} from './support/world.ts';

let world: World;
let chain: PayableChain;
let watcher: RunningWatcher | undefined;

beforeEach(async () => {
  [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
  await chain.mine(5);
  watcher = startWatcher(world, chain.chainId, [chain.rpcUrl]);
  await caughtUp(world, chain);
});
afterEach(async () => {
  await watcher?.stop();
  await Promise.all([world?.close(), chain?.stop()]);
});

const statesOf = async (intentId: Parameters<World['transfersOf']>[0]): Promise<string[]> =>
  (await world.transfersOf(intentId)).map(({ state }) => state);

test.each([
  { depth: 1, before: 0 },
  { depth: 2, before: 1 },
  { depth: 7, before: 6 },
])('depth $depth: the payment vanishes and is orphaned; paid again it is confirmed', async ({ depth, before }) => {
  const intent = await world.createIntent();
  await chain.pay(intent.depositAddress, ONE_COIN);
  await chain.mine(before);
  await caughtUp(world, chain);
  const wasConfirmed = before > 0;
  expect(await statesOf(intent.id)).toEqual([wasConfirmed ? 'confirmed' : 'seen']);

  await chain.call('anvil_reorg', [depth, []]);
  await caughtUp(world, chain);
  expect(await statesOf(intent.id)).toEqual(['orphaned']);
  expect((await world.signalsOf(intent.id)).at(-1)).toBe('transferOrphaned');

  await chain.pay(intent.depositAddress, ONE_COIN);
  await chain.mine(2);
  await caughtUp(world, chain);
  expect(await statesOf(intent.id)).toEqual(['orphaned', 'confirmed']);
  await eventually('no trouble', async () => (await world.cursor(chain.chainId))?.trouble === null);
});

test('a payment that moves to another block is another transfer, signalled in one step', async () => {
  const intent = await world.createIntent();
  await chain.mine(3);
  const txHash = await chain.pay(intent.depositAddress, ONE_COIN);
  await caughtUp(world, chain);
  const raw = await chain.call<string>('eth_getRawTransactionByHash', [txHash]);
  await chain.call('anvil_reorg', [3, [[raw, 1]]]);
  await caughtUp(world, chain);
  const [old, moved] = await world.transfersOf(intent.id);
  expect(old?.state).toBe('orphaned');
  expect(moved).toMatchObject({ state: 'confirmed', txHash, amountUnits: ONE_COIN });
  expect(moved?.blockHash).not.toBe(old?.blockHash);
  expect((await world.timelineOf(intent.id)).slice(-3)).toEqual([
    'transfer_orphaned',
    'transfer_seen',
    'transfer_confirmed',
  ]);
  expect(await world.signalsOf(intent.id)).toEqual(['transferSeen', 'transferConfirmed']);
});

test('a chain reset to an earlier state is a reorganisation, and the same blocks restore the payment', async () => {
  const intent = await world.createIntent();
  await chain.pay(intent.depositAddress, ONE_COIN);
  await chain.mine(3);
  await caughtUp(world, chain);
  const [before] = await world.transfersOf(intent.id);
  // anvil loses the blocks; the block of the transfer stays.
  await chain.call('anvil_rollback', [2]);
  await caughtUp(world, chain);
  expect((await world.transfersOf(intent.id)).map(({ id, state }) => ({ id, state }))).toEqual([
    { id: before?.id, state: 'confirmed' },
  ]);
  await chain.call('anvil_rollback', [2]);
  await caughtUp(world, chain);
  expect(await statesOf(intent.id)).toEqual(['orphaned']);
});

test('a local chain replaced by a new one is read from its start', async () => {
  const intent = await world.createIntent();
  await chain.pay(intent.depositAddress, ONE_COIN);
  await chain.mine(2);
  await caughtUp(world, chain);
  await watcher?.stop();
  await chain.stop();
  chain = await startPayableChain();
  watcher = startWatcher(world, chain.chainId, [chain.rpcUrl]);
  await caughtUp(world, chain);
  expect(await statesOf(intent.id)).toEqual(['orphaned']);
  await chain.pay(intent.depositAddress, ONE_COIN);
  await chain.mine(2);
  await caughtUp(world, chain);
  expect(await statesOf(intent.id)).toEqual(['orphaned', 'confirmed']);
});

test('on a real chain, a reorganisation of final blocks changes nothing and alerts a person', async () => {
  await watcher?.stop();
  watcher = startWatcher(world, chain.chainId, [chain.rpcUrl], { local: false });
  const intent = await world.createIntent();
  await chain.pay(intent.depositAddress, ONE_COIN);
  await chain.mine(20);
  await caughtUp(world, chain);
  await eventually('finality', async () => {
    await chain.mine();
    const [transfer] = await world.transfersOf(intent.id);
    return (
      transfer !== undefined &&
      BigInt((await world.cursor(chain.chainId))?.final_block_number ?? 0) > transfer.blockNumber
    );
  });
  await caughtUp(world, chain);
  const before = await world.cursor(chain.chainId);
  await chain.call('anvil_reorg', [Number(before?.block_number) - 3, []]);
  await eventually('trouble', async () => (await world.cursor(chain.chainId))?.trouble?.includes('final') === true);
  expect(await statesOf(intent.id)).toEqual(['confirmed']);
  expect((await world.cursor(chain.chainId))?.block_hash).toBe(before?.block_hash);
});

const forgeHash = async (id: string): Promise<void> =>
  void (await world.orm.em
    .fork()
    .execute(`update token_transfer set tx_hash = ? where intent_id = ?`, [`0x${'ab'.repeat(32)}`, id]));

test('a stored transfer that is not confirmed, and that final blocks lack, is taken back', async () => {
  const intent = await world.createIntent();
  await chain.pay(intent.depositAddress, ONE_COIN);
  await caughtUp(world, chain);
  await forgeHash(intent.id);
  // As if an earlier watch had left it: this one remembers what its only provider said.
  await watcher?.stop();
  watcher = startWatcher(world, chain.chainId, [chain.rpcUrl], { twoProvidersFrom: unitsOf(0n) });
  await eventually('the true payment', async () => {
    await chain.mine();
    return (await statesOf(intent.id)).includes('confirmed');
  });
  expect(await statesOf(intent.id)).toEqual(['orphaned', 'confirmed']);
  await eventually('no trouble', async () => (await world.cursor(chain.chainId))?.trouble === null);
});

test('a confirmed transfer that final blocks lack stops the final cursor with a reason', async () => {
  const intent = await world.createIntent();
  await chain.pay(intent.depositAddress, ONE_COIN);
  await chain.mine(2);
  await caughtUp(world, chain);
  expect(await statesOf(intent.id)).toEqual(['confirmed']);
  await forgeHash(intent.id);
  await eventually('trouble', async () => {
    await chain.mine();
    return (await world.cursor(chain.chainId))?.trouble?.includes('not in the final blocks') === true;
  });
  const [forged] = await world.transfersOf(intent.id);
  const cursor = await world.cursor(chain.chainId);
  expect(BigInt(cursor?.final_block_number ?? 0) < (forged?.blockNumber ?? 0n)).toBe(true);
});
