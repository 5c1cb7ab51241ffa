// The counts and waits alone, with many attempts at one moment: the clock stands until a test moves it.
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { type AttemptCounters, type AttemptResult, createAttemptCounters } from '#web/auth/attempt-counters.ts';

const RULE = {
  ...{ free: 10, firstWaitSeconds: 15, longestWaitSeconds: 900, longestWaitFromOneSeconds: 3_600 },
  inAllPerMinute: 1_000_000,
};
const DAY_SECONDS = 86_400;

let database: TestDatabase;
let pool: pg.Pool;
let counters: AttemptCounters;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 20 });
  counters = createAttemptCounters(pool);
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(async () => {
  vi.useRealTimers();
  await pool?.end();
  await database?.drop();
});

const pass = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1_000);
const attemptAt = (account: string, network: number) => ({
  ...{ kind: 'password', account, strangerFrom: `198.51.100.${network}` },
});
/** The allowed ones of many attempts at once, from many networks. */
const allowedOf = async (account: string, attempts: number): Promise<AttemptResult[]> => {
  const results = await Promise.all(
    Array.from({ length: attempts }, (_, index) => counters.take(attemptAt(account, index % 100), RULE)),
  );
  return results.filter(({ retryAfterSeconds }) => retryAfterSeconds === null);
};
/** How many of them were allowed, and how many of those begin a burst. */
const burstOf = async (account: string, attempts: number): Promise<[allowed: number, bursts: number]> => {
  const allowed = await allowedOf(account, attempts);
  return [allowed.length, allowed.filter(({ isBurst }) => isBurst).length];
};
const waitOf = async (account: string): Promise<number | null> =>
  (await counters.take(attemptAt(account, 200), RULE)).retryAfterSeconds;

test('attempts at the same moment make no wait longer: the first is 15 s, and each turn doubles it', async () => {
  const account = 'burst@shop.test';
  expect(await burstOf(account, 150)).toEqual([11, 1]);
  for (const seconds of [15, 30, 60, 120, 240, 480, 900, 900]) {
    expect(await waitOf(account)).toBe(seconds);
    pass(seconds - 1);
    expect(await burstOf(account, 5)).toEqual([0, 0]);
    pass(1);
    expect(await burstOf(account, 50)).toEqual([1, 0]);
  }
});

test('an owner who is in forgets attempts, turns and waits', async () => {
  const account = 'owner@shop.test';
  await burstOf(account, 60);
  pass(15);
  await burstOf(account, 60);
  expect(await waitOf(account)).toBe(30);
  await counters.forget(attemptAt(account, 1));
  expect(await burstOf(account, 60)).toEqual([11, 1]);
  expect(await waitOf(account)).toBe(15);
});

test('the turns are forgotten with the free attempts, a day after the first of them', async () => {
  const account = 'day@shop.test';
  expect(await burstOf(account, 10)).toEqual([10, 0]);
  pass(DAY_SECONDS - 60);
  expect(await burstOf(account, 10)).toEqual([1, 1]);
  pass(60);
  expect(await burstOf(account, 60)).toEqual([11, 1]);
  expect(await waitOf(account)).toBe(15);
});
