// The life of an order: a merchant's server creates it, and its shopper does one of the things that shoppers do.
import { setTimeout as delay } from 'node:timers/promises';
import { type Address, parseAddress } from '#domain/address.ts';
import { chainById, type Token } from '#domain/chains.ts';
import { isIntentId } from '#domain/ids.ts';
import { baseUnitsOf, parseBaseUnits } from '#domain/money.ts';
import { AllScaleApiError } from '#sdk/src/errors.ts';
import type { Random } from '../random.ts';
import { announceWallet, askForReceipt, cancel, claim, openCheckout, prepareWallet, readView } from './pages.ts';
import { PAYERS, type Payment } from './payers.ts';
import { CHAIN_IDS, type ChainId } from './stack.ts';
import { note, type Order, randomFor, secondsLeft, type World } from './world.ts';

const PRICES = [100, 500, 999, 1_000, 1_033, 2_500, 12_345, 99_999];
const CREATE_WITHIN_MS = 120_000;
const RETRY_PAUSE_MS = 500;
/** A checkout's time and its extension, with some to spare. */
const LONGEST_WAIT_SECONDS = 100;

interface Place {
  chainId: ChainId;
  coin: 1 | 2;
  token: Token;
}

export type Plan =
  | 'exact'
  | 'wallet'
  | 'parts'
  | 'two coins'
  | 'over'
  | 'short'
  | 'wrong coin'
  | 'wrong chain'
  | 'crumbs'
  | 'twice'
  | 'cancel'
  | 'cancel and pay'
  | 'nothing'
  | 'under'
  | 'late';

const NEEDS_TIME: ReadonlySet<Plan> = new Set(['nothing', 'under', 'late']);

const planOf = (world: World, random: Random): Plan => {
  const plan = random.weighted<Plan>([
    [5, 'exact'],
    [5, 'wallet'],
    [4, 'parts'],
    [4, 'two coins'],
    [3, 'over'],
    [2, 'short'],
    [2, 'wrong coin'],
    [2, 'wrong chain'],
    [2, 'crumbs'],
    [3, 'twice'],
    [2, 'cancel'],
    [2, 'cancel and pay'],
    [1, 'nothing'],
    [2, 'under'],
    [2, 'late'],
  ]);
  return NEEDS_TIME.has(plan) && secondsLeft(world) < LONGEST_WAIT_SECONDS ? 'exact' : plan;
};

/** Creates an order as a careful client does: with a key, again after each unknown result, and sometimes once more. */
export const createOrder = async (world: World, number: number, random: Random): Promise<Order | undefined> => {
  const shop = random.pick(world.shops);
  const priceCents = random.pick(PRICES);
  const coins = random.pick<readonly (1 | 2)[]>([[1], [2], [1, 2], [1, 2]]);
  const request = {
    stable_coin: coins[0] ?? 1,
    amount_cents: priceCents,
    accepted_stable_coins: coins,
    order_id: `S${world.seed}-${number}`,
    extra: { number },
  };
  const options = { idempotencyKey: `simulation-${world.seed}-${number}` };
  const giveUpAt = performance.now() + CREATE_WITHIN_MS;
  const create = async () => {
    for (;;) {
      try {
        return await shop.client.createCheckout(request, options);
      } catch (error) {
        if (error instanceof AllScaleApiError && error.httpStatus < 500 && error.httpStatus !== 429) throw error;
        world.counts.failedRequests += 1;
        if (performance.now() > giveUpAt) return undefined;
        await delay(RETRY_PAUSE_MS);
      }
    }
  };
  const created = await create();
  if (!created) return undefined;
  world.counts.creates += 1;
  const { allscale_checkout_intent_id: id, checkout_url: checkoutUrl } = created;
  if (!isIntentId(id)) throw new Error(`Create returned no id of an intent: ${id}`);
  const order: Order = { number, shop, id, checkoutUrl, priceCents, coins, statuses: [], phases: [], isBusy: true };
  world.orders.push(order);
  if (random.once(4)) {
    world.counts.createsAgain += 1;
    const again = await create();
    if (again && again.allscale_checkout_intent_id !== id)
      world.seen.push({
        invariant: 6,
        message: `order ${number}: the same key gave ${id} and then ${again.allscale_checkout_intent_id}`,
      });
  }
  return order;
};

const placesOf = (chainIds: readonly number[], coins: readonly number[]): Place[] =>
  CHAIN_IDS.filter((id) => chainIds.includes(id)).flatMap((chainId) =>
    // The first token of each coin is the one that the checkout names.
    ([1, 2] as const)
      .filter((coin) => coins.includes(coin))
      .flatMap((coin) => {
        const token = chainById(chainId).tokens.find((one) => one.coin === coin);
        return token ? [{ chainId, coin, token }] : [];
      }),
  );

const symbolOf = (coin: number): string => (coin === 1 ? 'USDT' : 'USDC');

/** Thousandths of the price, in the token's units. */
const share = ({ priceCents }: Order, { token }: Place, thousandths: number, extra = 0n) =>
  baseUnitsOf((BigInt(priceCents) * BigInt(thousandths) * 10n ** BigInt(token.decimals)) / 100_000n + extra);

const untilStatus = async (order: Order, isReached: (status: number) => boolean, seconds: number): Promise<boolean> => {
  const giveUpAt = performance.now() + seconds * 1_000;
  while (performance.now() < giveUpAt) {
    const status = await order.shop.client.getStatus(order.id).catch(() => undefined);
    if (status !== undefined) {
      note<number>(order.statuses, status);
      if (isReached(status)) return true;
    }
    await delay(RETRY_PAUSE_MS * 2);
  }
  return false;
};

const isEnd = (status: number): boolean => status < 0 || status === 20 || status === 4;

export const liveOrder = async (world: World, number: number): Promise<void> => {
  const random = randomFor(world.seed, 'order', number);
  const order = await createOrder(world, number, random);
  if (!order) return world.log(`order ${number}: not created, no response`);
  const plan = planOf(world, random);
  world.log(`order ${number} of ${order.shop.name}: ${plan}, ${order.priceCents} cents, ${order.id}`);
  try {
    await follow(world, order, plan, random);
  } finally {
    order.isBusy = false;
  }
};

const follow = async (world: World, order: Order, plan: Plan, random: Random): Promise<void> => {
  const right = placesOf(order.shop.acceptedChainIds, order.coins);
  const place = random.pick(right);
  const opened = await openCheckout(world, order, symbolOf(place.coin), place.chainId);
  const to = parseAddress(opened?.address ?? '');
  if (!to) return world.log(`order ${order.number}: its page did not open`);
  if (random.once(4)) await askForReceipt(world, order);
  const payer = random.below(PAYERS);
  const pay = async (where: Place, thousandths: number, extra = 0n, from = payer): Promise<Payment> =>
    await world.wallets.pay({ ...where, payer: from, to, baseUnits: share(order, where, thousandths, extra) });
  const some = 100 + random.below(800);

  switch (plan) {
    case 'exact':
      return void (await pay(place, 1_000));
    case 'wallet':
      return await payByWallet(world, order, place, to, payer, opened?.due ?? '');
    case 'parts':
      await pay(place, some);
      if (random.once(2)) await delay(random.below(8_000));
      await pay(place, 1_000 - some, 0n, random.below(PAYERS));
      return;
    case 'two coins': {
      const other = random.pick(right);
      await pay(place, some);
      await pay(other, 1_000 - some, 1n, random.below(PAYERS));
      return;
    }
    case 'over':
      await pay(place, 1_000 + random.below(3_000), BigInt(random.below(3)));
      if (random.once(2)) await pay(random.pick(right), 50, 1n, random.below(PAYERS));
      return;
    case 'short':
      return void (await pay(place, 996));
    case 'wrong coin':
      return await payWrongly(world, order, pay, placesOf(order.shop.acceptedChainIds, [1, 2]), right, random);
    case 'wrong chain':
      return await payWrongly(world, order, pay, placesOf(CHAIN_IDS, order.coins), right, random);
    case 'crumbs':
      for (let crumb = 0; crumb < 3; crumb += 1)
        await pay(random.pick(right), 0, BigInt(1 + random.below(9_000)), random.below(PAYERS));
      return void (await pay(place, 1_000));
    case 'twice':
      await pay(place, 1_000);
      if (random.once(2)) await untilStatus(order, isEnd, 60);
      return void (await pay(random.pick(right), 1_000, 0n, random.below(PAYERS)));
    case 'cancel':
      return void (await cancel(world, order));
    case 'cancel and pay': {
      const [, payment] = await Promise.all([cancel(world, order), pay(place, 1_000)]);
      return void (await claim(world, order, payment.txHash));
    }
    case 'nothing':
      return void (await untilStatus(order, isEnd, LONGEST_WAIT_SECONDS));
    case 'under':
      await pay(place, some);
      return void (await untilStatus(order, isEnd, LONGEST_WAIT_SECONDS));
    case 'late': {
      await untilStatus(order, isEnd, LONGEST_WAIT_SECONDS);
      const payment = await pay(place, 1_000);
      return void (await claim(world, order, payment.txHash));
    }
  }
};

const payByWallet = async (world: World, order: Order, place: Place, to: Address, payer: number, due: string) => {
  const { account } = world.wallets;
  const prepared = await prepareWallet(world, order, account(payer), symbolOf(place.coin), place.chainId);
  const baseUnits = parseBaseUnits(due, place.token.decimals);
  if (!baseUnits) return;
  const payment = await world.wallets.pay({ ...place, payer, to, baseUnits });
  if (prepared?.kind === 'ready') await announceWallet(world, order, payment.txHash);
  await readView(world, order);
};

/** Where the order takes nothing; sometimes the right money comes too. */
const payWrongly = async (
  world: World,
  order: Order,
  pay: (where: Place, thousandths: number) => Promise<Payment>,
  all: readonly Place[],
  right: readonly Place[],
  random: Random,
): Promise<void> => {
  const wrong = all.filter(({ chainId, coin }) => !right.some((one) => one.chainId === chainId && one.coin === coin));
  const payment = await pay(random.pick(wrong.length > 0 ? wrong : right), 1_000);
  if (random.once(2)) await claim(world, order, payment.txHash);
  if (random.once(3)) await pay(random.pick(right), 1_000);
};

/** Some read a page now and then, and some servers ask for the status. */
export const observe = async (world: World, random: Random): Promise<void> => {
  const order = world.orders[world.orders.length - 1 - random.below(Math.min(40, world.orders.length))];
  if (!order) return;
  if (random.once(2)) await readView(world, order, '', 1);
  else {
    const status = await order.shop.client.getStatus(order.id).catch(() => undefined);
    if (status !== undefined) note<number>(order.statuses, status);
  }
};
