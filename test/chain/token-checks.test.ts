// A token whose contract is not what we know is not credited, says so, and loses nothing: its transfers are credited when it fits again.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { readIntentSnapshot } from '#db/intents/intent-snapshot.ts';
import { listTokenChecks } from '#db/watching/token-checks.ts';
import { LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { DECIMALS_CALLDATA, SYMBOL_CALLDATA, transferCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import { createWorkerMetrics } from '#worker/metrics.ts';
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
let proxy: LyingRpc;
let watcher: RunningWatcher | undefined;
let errors: [object, string][];

beforeEach(async () => {
  [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
  proxy = await startLyingRpc(chain.rpcUrl);
  errors = [];
});
afterEach(async () => {
  await watcher?.stop();
  await Promise.all([world?.close(), chain?.stop(), proxy?.stop()]);
});

const word = (value: bigint): string => value.toString(16).padStart(64, '0');
const abiText = (text: string): string => {
  const bytes = Buffer.from(text);
  return `0x${word(32n)}${word(BigInt(bytes.length))}${bytes.toString('hex').padEnd(64, '0')}`;
};

/** The second USDT returns this for one of its functions. */
const distort = (calldata: string, result: unknown): void => {
  proxy.lie = {
    response: async (method, params, truth) => {
      const [call] = params as [{ to?: string; data?: string }];
      const isIt = method === 'eth_call' && call.to === LOCAL_TOKENS.usdt0 && call.data === calldata;
      return isIt ? result : await truth();
    },
  };
};
const watch = async (urls: string[] = [proxy.url]): Promise<void> => {
  const log = { info() {}, warn() {}, error: (facts: object, message: string) => void errors.push([facts, message]) };
  watcher = startWatcher(world, chain.chainId, urls, { log });
  await chain.mine(3);
  await caughtUp(world, chain);
};
const pay = (to: CheckoutIntent, token: 'usdt6' | 'usdt0') =>
  chain.send(LOCAL_TOKENS[token], transferCalldata(to.depositAddress, baseUnitsOf(5_000_000n)));
const trouble = async () => (await world.cursor(chain.chainId))?.trouble;
const checkOf = async (token: string) =>
  (await listTokenChecks(world.orm.em.fork())).find((row) => row.token === token);

test('other decimals: nothing is credited, the alarm says why, the verdict waits; when they fit again, the money is credited', async () => {
  const [held, other] = [await world.createIntent(), await world.createIntent()];
  distort(DECIMALS_CALLDATA, `0x${word(18n)}`);
  await pay(held, 'usdt0');
  await pay(other, 'usdt6');
  await watch();
  expect(await world.transfersOf(other.id)).toHaveLength(1);
  expect(await world.transfersOf(held.id)).toEqual([]);
  const message = `USDT0 (${LOCAL_TOKENS.usdt0}) on Local Chain A has 18 decimals, not 6`;
  await expect.poll(trouble).toContain(message);
  expect(errors).toContainEqual([
    { chainId: chain.chainId, token: LOCAL_TOKENS.usdt0, trouble: message },
    expect.stringMatching(/not credited/),
  ]);
  expect(await checkOf(LOCAL_TOKENS.usdt0)).toMatchObject({ decimals: 18, held: 1, trouble: message });

  const metrics = createWorkerMetrics({
    em: world.orm.em,
    pools: new Map([[chain.chainId, { stats: () => ({ requests: 0, calls: 0, byMethod: {} }) }]]),
    dispatcher: { counts: { done: 0, failed: 0 } },
    leaderTasks: { isLeader: () => false },
    activityMetrics: { metrics: [] },
    gas: { readings: () => [] },
    growth: { addMetrics: () => {} },
  });
  const text = await metrics.metrics();
  expect(text).toContain(`token_mismatch{chain_id="31337",token="${LOCAL_TOKENS.usdt0}"} 1`);
  expect(text).toContain(`token_mismatch{chain_id="31337",token="${LOCAL_TOKENS.usdt6}"} 0`);

  // Past the deadline, the order waits for the money that is held.
  const past = new Date(Date.now() - 3_600_000);
  await world.orm.em.fork().nativeUpdate(CheckoutIntent, { id: { $in: [held.id, other.id] } }, { expiresAt: past });
  const behind = async (id: CheckoutIntent['id']) => (await readIntentSnapshot(world.orm.em, id)).snapshot.chainsBehind;
  expect(await behind(held.id)).toEqual([chain.chainId]);
  expect(await behind(other.id)).toEqual([]);

  // A restart does not forget.
  await watcher?.stop();
  await watch();
  await pay(held, 'usdt0');
  await caughtUp(world, chain);
  expect(await world.transfersOf(held.id)).toEqual([]);

  proxy.lie = null;
  await eventually('the money in the ledger', async () => (await world.transfersOf(held.id)).length === 2);
  await eventually('nothing held', async () => (await checkOf(LOCAL_TOKENS.usdt0))?.held === 0);
  await eventually('no trouble', async () => (await trouble()) === null);
  expect((await world.transfersOf(held.id)).map(({ amountBaseUnits }) => amountBaseUnits)).toEqual([
    5_000_000n,
    5_000_000n,
  ]);
  expect(await behind(held.id)).toEqual([]);
});

test('a transfer that was seen before the token changed is not confirmed', async () => {
  const intent = await world.createIntent();
  await watch();
  await pay(intent, 'usdt0');
  await caughtUp(world, chain);
  await watcher?.stop();
  distort(SYMBOL_CALLDATA, abiText('XAUT0'));
  await watch();
  expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'seen' }]);
  await expect.poll(trouble).toContain('calls itself "XAUT0"');
  proxy.lie = null;
  await eventually('no trouble', async () => (await trouble()) === null);
  await chain.mine();
  await eventually('the confirmation', async () => (await world.transfersOf(intent.id))[0]?.state === 'confirmed');
});

test('a new name of the same coin is an alarm and stops nothing', async () => {
  await watch();
  await watcher?.stop();
  distort(SYMBOL_CALLDATA, abiText('USD₮0'));
  const intent = await world.createIntent();
  await pay(intent, 'usdt0');
  await watch();
  expect(await world.transfersOf(intent.id)).toHaveLength(1);
  expect(await trouble()).toBeNull();
  expect(errors).toEqual([
    [
      { chainId: chain.chainId, token: LOCAL_TOKENS.usdt0, was: 'USDT0', symbol: 'USD₮0' },
      expect.stringMatching(/new symbol/),
    ],
  ]);
});

test('one provider that is wrong, or that does not respond to the question, stops no token', async () => {
  distort(DECIMALS_CALLDATA, `0x${word(18n)}`);
  const intent = await world.createIntent();
  await pay(intent, 'usdt0');
  await watch([proxy.url, chain.rpcUrl]);
  expect(await world.transfersOf(intent.id)).toHaveLength(1);
  expect(errors).toEqual([]);
  await watcher?.stop();

  distort(SYMBOL_CALLDATA, undefined);
  await watch();
  await pay(intent, 'usdt0');
  await caughtUp(world, chain);
  expect(await world.transfersOf(intent.id)).toHaveLength(2);
  expect(await trouble()).toBeNull();
});
