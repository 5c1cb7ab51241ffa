// Runs one history, and checks the invariants on the way and when everything has settled.

import { bookingsAddUp, fileAddsUp, listsAddUp, reportsAddUp } from './invariants/books.ts';
import { type Check, readFacts, type Violation } from './invariants/check.ts';
import { ledgerIsChain, paidOnce } from './invariants/ledger.ts';
import { offersAreFair } from './invariants/offers.ts';
import { confirmedDeep, everyoneIsTold, paidWithMoney, statusesMove, verdictsAreRight } from './invariants/payments.ts';
import { booksAreProven } from './invariants/proof.ts';
import { refundsAreTold, walletRefundsAreSent } from './invariants/wallet-refunds.ts';
import type { History, Operation } from './operations.ts';
import { apply, settleDown } from './world/apply.ts';
import type { SimClock } from './world/clock.ts';
import type { SimDatabase } from './world/database.ts';
import { createWorld, type World } from './world/world.ts';

export interface RunResult {
  seed: number;
  violations: Violation[];
  operations: number;
  payments: number;
  reorganisations: number;
}

const CHECKS: readonly Check[] = [
  ledgerIsChain,
  paidWithMoney,
  confirmedDeep,
  statusesMove,
  everyoneIsTold,
  verdictsAreRight,
  bookingsAddUp,
  paidOnce,
  listsAddUp,
  fileAddsUp,
  reportsAddUp,
  offersAreFair,
  walletRefundsAreSent,
  refundsAreTold,
  booksAreProven,
];
/** Operations between two checks. */
const CHECK_EVERY = 20;

const violationsOf = async (world: World, isSettled: boolean): Promise<Violation[]> => {
  const violations: Violation[] = [];
  const facts = await readFacts(world, isSettled);
  for (const check of CHECKS) {
    await check(facts, (invariant, message) => {
      violations.push({ invariant, message });
    });
  }
  return violations;
};

const play = async (world: World, operations: readonly Operation[]): Promise<Violation[]> => {
  for (const [index, operation] of operations.entries()) {
    await apply(world, operation);
    if (index % CHECK_EVERY !== CHECK_EVERY - 1) continue;
    const violations = await violationsOf(world, false);
    if (violations.length > 0) return violations;
  }
  await settleDown(world);
  return await violationsOf(world, true);
};

export const runHistory = async (history: History, clock: SimClock, database: SimDatabase): Promise<RunResult> => {
  const world = await createWorld(history, clock, database);
  const violations = await play(world, history.operations).catch((error: unknown): Violation[] => [
    { invariant: 0, message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
  ]);
  return { seed: history.seed, violations, ...world.counts };
};
