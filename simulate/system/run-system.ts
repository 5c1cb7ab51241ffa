// `npm run simulate -- --system --minutes N --seed S`: merchants and shoppers on a whole system, while faults are thrown at it. Then the
// system comes to rest, and the invariants of docs/reliability.md are checked against the chains and the receivers' records.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onShutdownSignals } from '#scripts/lib/signals.ts';
import { type Facts, type Report, readFacts } from './checks/facts.ts';
import {
  bookingsAddUp,
  ledgerIsChain,
  noncesHaveNoGap,
  offersAreFair,
  pagesAddUp,
  paidOutOnce,
  paidWithMoney,
} from './checks/money.ts';
import {
  auditIsIntact,
  clientsSawOneWay,
  createsExist,
  mailsAreSentOnce,
  nothingIsStuck,
  receiversKnow,
  reportsAddUp,
  statusesMove,
} from './checks/promises.ts';
import { refundsAreOnChain } from './checks/refunds.ts';
import { FAULT_KINDS, healEverything, throwFaults } from './faults.ts';
import { openWallets } from './payers.ts';
import { openRefunding, refundableOrders } from './refunding.ts';
import { decideReviews, readLeft, settle, untilHealthy } from './settle.ts';
import { liveOrder, observe } from './shoppers.ts';
import { openShops } from './shops.ts';
import { startStack } from './stack.ts';
import { randomFor, secondsLeft, type World } from './world.ts';

export interface SystemRun {
  minutes: number;
  seed: number;
  say(line: string): void;
}

const CHECKS: readonly ((facts: Facts, report: Report) => void | Promise<void>)[] = [
  ...[ledgerIsChain, paidWithMoney, statusesMove, receiversKnow, paidOutOnce, noncesHaveNoGap, reportsAddUp],
  ...[
    createsExist,
    mailsAreSentOnce,
    nothingIsStuck,
    auditIsIntact,
    offersAreFair,
    refundsAreOnChain,
    bookingsAddUp,
    pagesAddUp,
    clientsSawOneWay,
  ],
];

/** More at once would only wait for each other on a small machine. */
const ORDERS_AT_ONCE = 40;
const SHORT_MINUTES = 2;
const FIGURES_EVERY_MS = 60_000;

/** Orders begin at random moments until the time is over. @returns when the last one has ended */
const trade = async (world: World, say: (line: string) => void): Promise<Map<string, number>> => {
  const living = new Set<Promise<void>>();
  let number = 0;
  const begin = (): void => {
    number += 1;
    const one = number;
    const life = liveOrder(world, one).catch((error: Error) => world.log(`order ${one} failed: ${error.stack}`));
    living.add(life);
    void life.finally(() => living.delete(life));
  };
  const orders = async (): Promise<void> => {
    const random = randomFor(world.seed, 'orders');
    while (secondsLeft(world) > 0) {
      if (living.size < ORDERS_AT_ONCE) begin();
      await delay(300 + random.below(1_500));
    }
  };
  const eyes = async (): Promise<void> => {
    const random = randomFor(world.seed, 'eyes');
    while (secondsLeft(world) > 0) {
      await observe(world, random).catch(() => {});
      await delay(150 + random.below(500));
    }
  };
  const judges = async (): Promise<void> => {
    const decided = new Set<string>();
    while (secondsLeft(world) > 0) {
      await delay(4_000);
      // Postgres may be the part that is down.
      const reviews = await readLeft(world).then(
        ({ reviews: ids }) => ids.filter((id) => !decided.has(id)),
        () => [],
      );
      for (const id of reviews.filter((_, index) => index % 2 === 0)) {
        decided.add(id);
        await decideReviews(world, [id], async (_key, act) => void (await act().catch(() => {})));
      }
    }
  };
  const owners = async (): Promise<void> => {
    const decided = new Set<string>();
    const refunds = new Set<Promise<void>>();
    while (secondsLeft(world) > 0) {
      await delay(2_000);
      await world.refunding.goOn(world).catch(() => {});
      const waiting = world.orders.filter(({ id, isBusy }) => !isBusy && !decided.has(id));
      // Postgres may be the part that is down.
      const ready = await refundableOrders(
        world,
        waiting.map(({ id }) => id),
      ).catch((): string[] => []);
      for (const order of waiting.filter(({ id }) => ready.includes(id))) {
        decided.add(order.id);
        if (!randomFor(world.seed, 'is refunded', order.number).once(2)) continue;
        const refund = world.refunding.refund(world, order);
        refunds.add(refund);
        void refund.finally(() => refunds.delete(refund));
      }
    }
    await Promise.all(refunds);
  };
  const timer = setInterval(() => {
    const { orders: all, wallets, counts } = world;
    say(
      `${Math.round(secondsLeft(world))} s left: ${all.length} orders, ${wallets.payments.length} payments, ${counts.failedRequests} failed requests`,
    );
  }, FIGURES_EVERY_MS);
  const isShort = secondsLeft(world) < SHORT_MINUTES * 60;
  const load = { burst: (many: number) => void Array.from({ length: many }, begin) };
  const [faults] = await Promise.all([throwFaults(world, load, isShort), orders(), eyes(), judges(), owners()]);
  clearInterval(timer);
  await healEverything(world);
  await untilHealthy(world);
  await Promise.all(living);
  return faults;
};

const check = async (world: World, report: Report): Promise<Facts> => {
  const facts = await readFacts(world);
  for (const { invariant, message } of world.seen) report(invariant, message);
  for (const one of CHECKS) await one(facts, report);
  return facts;
};

/** @returns whether no invariant was violated. Logs are kept when one was. */
export const runSystem = async ({ minutes, seed, say }: SystemRun): Promise<boolean> => {
  const began = performance.now();
  const dataDir = mkdtempSync(join(tmpdir(), 'checkout-simulate-'));
  const logFile = join(dataDir, 'simulation.log');
  const log = (line: string): void => appendFileSync(logFile, `${new Date().toISOString()} ${line}\n`);
  const random = randomFor(seed, 'e-mail provider');
  const stack = await startStack({ dataDir, say: log, random: () => random.below(1_000) / 1_000 });
  onShutdownSignals({
    first: () => void stack.stop().finally(() => process.exit(130)),
    second: () => process.exit(130),
  });
  const violations: string[] = [];
  const report: Report = (invariant, message) => {
    violations.push(`invariant ${invariant}: ${message}`);
    log(`VIOLATION of invariant ${invariant}: ${message}`);
  };
  try {
    const shops = await openShops(stack, seed);
    const wallets = await openWallets(stack.nodeUrl);
    const refunding = await openRefunding(stack, shops);
    const world: World = {
      seed,
      stack,
      wallets,
      shops,
      refunding,
      log,
      orders: [],
      seen: [],
      counts: { creates: 0, createsAgain: 0, requests: 0, failedRequests: 0, claims: 0, cancels: 0 },
      endsAt: performance.now() + minutes * 60_000,
    };
    say(
      `seed ${seed}, ${minutes} minutes, log ${logFile}${stack.diskFolder ? '' : '; no full disk: that needs the right to mount one'}`,
    );
    const faults = await trade(world, say);
    log('everything is whole again; waiting for rest');
    const left = await settle(world);
    if (left) report(8, `not at rest: ${left}`);
    const facts = await check(world, report);
    for (const line of violations) say(line);
    sayFigures(world, facts, faults, violations.length, (performance.now() - began) / 60_000, say);
    for (const { receiver } of shops) await receiver.close();
    await refunding.close();
  } finally {
    await stack.stop();
    if (violations.length === 0) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    else say(`logs are kept in ${dataDir}`);
  }
  return violations.length === 0;
};

const sayFigures = (
  { seed, orders, wallets, stack, counts }: World,
  { intents, received, settlements, refunds, webhooks, emails }: Facts,
  faults: ReadonlyMap<string, number>,
  violations: number,
  minutes: number,
  say: (line: string) => void,
): void => {
  const confirmed = [...intents.values()].filter(({ confirmedAt }) => confirmedAt !== null).length;
  const thrown = FAULT_KINDS.map((kind) => `${kind} ${faults.get(kind) ?? 0}`).join(', ');
  const all = [...faults.values()].reduce((sum, times) => sum + times, 0);
  say(
    `seed ${seed}: ${orders.length} orders, ${wallets.payments.length} payments (${received.length} on the chains), ${confirmed} confirmed, ` +
      `${settlements.length} settlements, ${refunds.filter(({ state }) => state === 'confirmed').length} refunds, ${webhooks.length} webhooks, ${emails.length} e-mails, ${counts.requests} requests ` +
      `(${counts.failedRequests} failed), ${all} faults (${thrown}), ${stack.restarts()} restarts, ${violations} violations, ${minutes.toFixed(1)} minutes`,
  );
};
