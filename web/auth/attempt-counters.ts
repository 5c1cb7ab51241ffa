// Counts attempts to log in, in Postgres across all web processes, with waits that grow. (rate-limiter-flexible, decision 0061.)
import { createHash } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';

/** Attempts without a success are counted for a day. */
const DAY_SECONDS = 86_400;
const MINUTE_SECONDS = 60;

export interface AttemptRule {
  /** Attempts before the first wait. */
  free: number;
  /** Doubles with each attempt after that. */
  firstWaitSeconds: number;
  longestWaitSeconds: number;
  /** Attempts in a minute over all accounts; successes do not count. */
  inAllPerMinute: number;
}

/** How long the next attempt waits after `count` of them. */
export const waitSeconds = (rule: AttemptRule, count: number): number =>
  Math.min(rule.firstWaitSeconds * 2 ** Math.min(count - rule.free - 1, 20), rule.longestWaitSeconds);

export interface Attempt {
  /** What is limited, and for which kind of browser. */
  kind: string;
  /** The account; null counts for all accounts only. */
  account: string | null;
}

export interface AttemptResult {
  /** Null: allowed. */
  retryAfterSeconds: number | null;
  /** This attempt was the first one that makes the next wait: a burst begins. */
  isBurst: boolean;
}

export interface AttemptCounters {
  /** Counts the attempt before anything is checked. Of attempts at the same moment after the free ones, one is allowed. */
  take(attempt: Attempt, rule: AttemptRule): Promise<AttemptResult>;
  /** It was right: it does not count among all accounts' attempts. */
  giveBack(attempt: Attempt, rule: AttemptRule): Promise<void>;
  /** The account's owner is in: forgets the account's attempts and waits. */
  forget(attempt: Attempt): Promise<void>;
  /** Counts a failure for the log. @returns how many in this window, with this one */
  countFailure(key: string): Promise<number>;
  /** Ends the count. @returns how many there were */
  takeFailures(key: string): Promise<number>;
}

/** @param pool a `pg` pool that no other rate limiter uses: they name their statements alike */
export const createAttemptCounters = (pool: unknown): AttemptCounters => {
  const counter = (keyPrefix: string, points: number, duration: number) =>
    new RateLimiterPostgres({
      ...{ storeClient: pool, storeType: 'pool', schemaName: 'limits', tableName: 'log_in_rate', tableCreated: true },
      ...{ keyPrefix, points, duration },
    });
  const attempts = counter('attempts', Number.MAX_SAFE_INTEGER, DAY_SECONDS);
  const waits = counter('wait', 1, MINUTE_SECONDS);
  const failures = counter('failures', Number.MAX_SAFE_INTEGER, DAY_SECONDS);
  const inAll = counter('all', Number.MAX_SAFE_INTEGER, MINUTE_SECONDS);
  const keyOf = ({ kind, account }: Attempt): string =>
    `${kind}:${createHash('sha256')
      .update(account ?? '')
      .digest('base64url')}`;

  const waitFor = async (key: string, seconds: number): Promise<number | null> => {
    try {
      await waits.consume(key, 1, { customDuration: seconds });
      return null;
    } catch (denial) {
      if (!(denial instanceof RateLimiterRes)) throw denial;
      return Math.max(1, Math.ceil(denial.msBeforeNext / 1000));
    }
  };

  return {
    async take(attempt, rule) {
      const all = await inAll.penalty(attempt.kind, 1);
      if (all.consumedPoints > rule.inAllPerMinute) {
        return { retryAfterSeconds: Math.max(1, Math.ceil(all.msBeforeNext / 1000)), isBurst: false };
      }
      if (attempt.account === null) return { retryAfterSeconds: null, isBurst: false };
      const key = keyOf(attempt);
      const { consumedPoints: count } = await attempts.penalty(key, 1);
      if (count <= rule.free) return { retryAfterSeconds: null, isBurst: false };
      const retryAfterSeconds = await waitFor(key, waitSeconds(rule, count));
      // A denied attempt makes no later wait longer: a program that tries on and on must not lock the owner out for longer.
      if (retryAfterSeconds !== null) await attempts.reward(key, 1);
      return { retryAfterSeconds, isBurst: count === rule.free + 1 && retryAfterSeconds === null };
    },
    async giveBack({ kind }) {
      await inAll.reward(kind, 1);
    },
    async forget(attempt) {
      const key = keyOf(attempt);
      await Promise.all([attempts.delete(key), waits.delete(key)]);
    },
    countFailure: async (key) => (await failures.penalty(key, 1)).consumedPoints,
    async takeFailures(key) {
      const found = await failures.get(key);
      if (found) await failures.delete(key);
      return found?.consumedPoints ?? 0;
    },
  };
};
