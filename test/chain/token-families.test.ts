// A coin with several tokens on one chain: all are watched, each is credited, booked and settled as itself, and a bridged one only
// where it is accepted.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Booking } from '#db/entities/booking.entity.ts';
import { Settlement } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { readIntentSnapshot } from '#db/intents/intent-snapshot.ts';
import { LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { balanceOfCalldata, transferCalldata } from '#domain/erc20.ts';
import { baseUnitsOf, multiply, ONE_COIN } from '#domain/money.ts';
import { assessFacts } from '#domain/payment-look.ts';
import { IntentStatus } from '#domain/status.ts';
import { type RunningRelayer, startRelayer } from './support/settling.ts';
import {
  caughtUp,
  eventually,
  MERCHANT,
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
let relayer: RunningRelayer | undefined;

beforeEach(async () => {
  [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
});
afterEach(async () => {
  await Promise.all([watcher?.stop(), relayer?.stop()]);
  await Promise.all([world?.close(), chain?.stop()]);
});

const coins = (count: number) => baseUnitsOf(BigInt(count) * 1_000_000n);
const pay = (intent: CheckoutIntent, token: keyof typeof LOCAL_TOKENS, count: number) =>
  chain.send(LOCAL_TOKENS[token], transferCalldata(intent.depositAddress, coins(count)));
const watch = async (): Promise<void> => {
  watcher = startWatcher(world, chain.chainId, [chain.rpcUrl]);
  await chain.mine(3);
  await caughtUp(world, chain);
};
const balance = async (token: keyof typeof LOCAL_TOKENS): Promise<bigint> =>
  BigInt(
    await chain.call<string>('eth_call', [{ to: LOCAL_TOKENS[token], data: balanceOfCalldata(MERCHANT) }, 'latest']),
  );
const verdict = async (intent: CheckoutIntent) => {
  const { snapshot } = await readIntentSnapshot(world.orm.em, intent.id);
  return assessFacts(snapshot);
};

test('parts in both tokens of one coin pay an order, and each token is booked and paid out as itself', async () => {
  const intent = await world.createIntent({ amountUnits: multiply(ONE_COIN, 5n) });
  await pay(intent, 'usdt6', 2);
  await pay(intent, 'usdt0', 3);
  await watch();
  const transfers = await world.transfersOf(intent.id);
  expect(transfers.map(({ token, coin, state }) => ({ token, coin, state }))).toEqual([
    { token: LOCAL_TOKENS.usdt6, coin: 1, state: 'confirmed' },
    { token: LOCAL_TOKENS.usdt0, coin: 1, state: 'confirmed' },
  ]);
  const assessment = await verdict(intent);
  expect(assessment.status).toBe(IntentStatus.CONFIRMED);
  await changeIntent(world.orm.em.fork(), {
    intentId: intent.id,
    actor: 'workflow',
    to: IntentStatus.CONFIRMED,
    paymentTransferIds: assessment.paymentTransferIds,
  });
  const em = world.orm.em.fork();
  const bookings = await em.find(Booking, { intent: intent.id }, { orderBy: { id: 'asc' } });
  expect(bookings.map(({ token, grossUnits }) => [token, grossUnits])).toEqual([
    [LOCAL_TOKENS.usdt6, 2n * ONE_COIN],
    [LOCAL_TOKENS.usdt0, 3n * ONE_COIN],
  ]);

  relayer = startRelayer(world, chain.chainId, chain.rpcUrl);
  await eventually('both settlements', async () => {
    await chain.mine();
    return (await world.orm.em.fork().count(Settlement, { intent: intent.id, state: 'settled' })) === 2;
  });
  const settled = await world.orm.em.fork().find(Settlement, { intent: intent.id });
  for (const { token, netBaseUnits, feeBaseUnits } of settled) {
    const name = token === LOCAL_TOKENS.usdt6 ? 'usdt6' : 'usdt0';
    expect((netBaseUnits ?? 0n) + (feeBaseUnits ?? 0n)).toBe(name === 'usdt6' ? 2_000_000n : 3_000_000n);
    expect(await balance(name)).toBe(netBaseUnits);
  }
});

test('a bridged token is reviewed, and counts for an order that accepts it', async () => {
  const [plain, accepting] = [await world.createIntent(), await world.createIntent()];
  const em = world.orm.em.fork();
  await em.nativeUpdate(CheckoutIntent, { id: { $in: [plain.id, accepting.id] } }, { acceptedStableCoins: [1, 2] });
  await em.nativeUpdate(CheckoutIntent, { id: accepting.id }, { acceptsBridgedTokens: true });
  await pay(plain, 'usdce', 5);
  await pay(accepting, 'usdce', 5);
  await watch();
  const [transfer] = await world.transfersOf(plain.id);
  expect(transfer).toMatchObject({ token: LOCAL_TOKENS.usdce, coin: 2 });
  expect(await verdict(plain)).toMatchObject({
    status: IntentStatus.PENDING_MANUAL_OPERATION,
    reviews: [{ kind: 'wrong_coin', transferId: String(transfer?.id) }],
    paymentTransferIds: [],
  });
  expect(await verdict(accepting)).toMatchObject({ status: IntentStatus.CONFIRMED, reviews: [] });

  // The writer checks it a second time.
  const record = changeIntent(world.orm.em.fork(), {
    intentId: plain.id,
    actor: 'workflow',
    to: IntentStatus.CONFIRMED,
    paymentTransferIds: [String(transfer?.id)],
  });
  await expect(record).rejects.toThrow(/does not fit the terms \(wrong_coin\)/);
});
