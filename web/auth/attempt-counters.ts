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
  /** The same for attempts at one account from one network, which wait longer in the end: others get their turn. */
  longestWaitFromOneSeconds: number;
  /** Attempts of strangers in a minute over all accounts; right ones do not count. As many again are kept for networks that are new. */
  inAllPerMinute: number;
}

/** A network that made no more wrong attempts than these in a day is new. */
const NEW_NETWORK_ATTEMPTS = 3;

/** How long the next attempt waits after `count` of them. */
export const waitSeconds = (
  { free, firstWaitSeconds, longestWaitSeconds }: Pick<AttemptRule, 'free' | 'firstWaitSeconds' | 'longestWaitSeconds'>,
  count: number,
): number => Math.min(firstWaitSeconds * 2 ** Math.min(count - free - 1, 20), longestWaitSeconds);

export interface Attempt {
  /** What is limited, and for which kind of browser. */
  kind: string;
  /** Null counts for all accounts only. */
  account: string | null;
  /** The network of a stranger: a browser that has not logged in to the account. Null for all others, whom strangers never slow down. */
  strangerFrom: string | null;
}

export interface AttemptResult {
  /** Null: allowed. */
  retryAfterSeconds: number | null;
  /** This attempt was the first one that makes the next wait: a burst begins. */
  isBurst: boolean;
  /** Denied because strangers used up the limit over all accounts. */
  isFlooded: boolean;
  /** It was right: it does not count among all accounts' attempts, nor for its network. */
  giveBack(): Promise<void>;
}

export interface AttemptCounters {
  /** Counts the attempt before anything is checked. Of attempts at the same moment after the free ones, one is allowed. */
  take(attempt: Attempt, rule: AttemptRule): Promise<AttemptResult>;
  /** The account's owner is in: forgets the account's attempts and waits. */
  forget(attempt: Attempt): Promise<void>;
  /** Counts a failure for the log. @returns how many in this window, with this one */
  countFailure(key: string): Promise<number>;
  /** Ends the count. @returns how many there were */
  takeFailures(key: string): Promise<number>;
}

/** One of the counts that an attempt must pass. */
type Step = { waitSeconds: number } | { undo(): Promise<void>; isBurst: boolean };

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

const secondsOf = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, Math.ceil(msBeforeNext / 1000));

const counterIn = (pool: unknown) => (keyPrefix: string, points: number, duration: number) =>
  new RateLimiterPostgres({
    ...{ storeClient: pool, storeType: 'pool', schemaName: 'limits', tableName: 'log_in_rate', tableCreated: true },
    ...{ keyPrefix, points, duration },
  });

/** @param pool a `pg` pool that no other rate limiter uses: they name their statements alike */
export const createAttemptCounters = (pool: unknown): AttemptCounters => {
  const counter = counterIn(pool);
  const attempts = counter('attempts', Number.MAX_SAFE_INTEGER, DAY_SECONDS);
  const turns = counter('turn', Number.MAX_SAFE_INTEGER, DAY_SECONDS);
  const waits = counter('wait', 1, MINUTE_SECONDS);
  const failures = counter('failures', Number.MAX_SAFE_INTEGER, DAY_SECONDS);
  const inAll = counter('all', Number.MAX_SAFE_INTEGER, MINUTE_SECONDS);
  /** Of an account, and of an account from one network. */
  const keysOf = ({ kind, account, strangerFrom }: Attempt): { all: string; one: string | null } => ({
    all: `${kind}:${hashOf(account ?? '')}`,
    one: strangerFrom === null ? null : `${kind}:one:${hashOf(`${strangerFrom} ${account ?? ''}`)}`,
  });

  /** Begins the first wait. @returns null, or the seconds that the running wait still takes */
  const beginWait = async (key: string, seconds: number): Promise<number | null> => {
    try {
      await waits.consume(key, 1, { customDuration: seconds });
      return null;
    } catch (denial) {
      if (!(denial instanceof RateLimiterRes)) throw denial;
      return secondsOf(denial);
    }
  };

  const takeWaiting = async (key: string, rule: Parameters<typeof waitSeconds>[0]): Promise<Step> => {
    const counted = await attempts.penalty(key, 1);
    const uncount = async (): Promise<void> => void (await attempts.reward(key, 1));
    if (counted.consumedPoints <= rule.free) return { undo: uncount, isBurst: false };
    // A denied attempt makes no later wait longer: a program that tries on and on must not lock the owner out for longer. Nor do
    // attempts at the same moment: how long a wait is depends on the turns before it, which only the one that is allowed counts.
    await uncount();
    const wait = await beginWait(key, rule.firstWaitSeconds);
    if (wait !== null) return { waitSeconds: wait };
    // The turns are forgotten with the free attempts.
    const { consumedPoints: turn } = await turns.penalty(key, 1, { customDuration: secondsOf(counted) });
    if (turn > 1) await waits.set(key, 1, waitSeconds(rule, rule.free + turn));
    const undo = async (): Promise<void> => void (await Promise.all([turns.reward(key, 1), waits.delete(key)]));
    return { undo, isBurst: turn === 1 };
  };

  /** Counts among all strangers: in the first half for everybody, in the second for networks that are new. */
  const takeAmongAll = async (kind: string, network: string, perMinute: number): Promise<Step> => {
    const from = `from:${hashOf(network)}`;
    const { consumedPoints: earlier } = await attempts.penalty(from, 1);
    const halves = earlier <= NEW_NETWORK_ATTEMPTS ? [kind, `${kind}:new`] : [kind];
    let wait = 0;
    for (const half of halves) {
      const counted = await inAll.penalty(half, 1);
      if (counted.consumedPoints <= perMinute) {
        const undo = async (): Promise<void> =>
          void (await Promise.all([inAll.reward(half, 1), attempts.reward(from, 1)]));
        return { undo, isBurst: false };
      }
      await inAll.reward(half, 1);
      wait = secondsOf(counted);
    }
    await attempts.reward(from, 1);
    return { waitSeconds: wait };
  };

  /** Takes one after the other; a denied attempt counts nowhere. */
  const takeAll = async (steps: readonly (() => Promise<Step>)[]): Promise<Step> => {
    const taken: Exclude<Step, { waitSeconds: number }>[] = [];
    const undo = async (): Promise<void> => void (await Promise.all(taken.map((step) => step.undo())));
    for (const step of steps) {
      const result = await step();
      if ('waitSeconds' in result) {
        await undo();
        return result;
      }
      taken.push(result);
    }
    return { undo, isBurst: taken.at(-1)?.isBurst ?? false };
  };

  return {
    async take(attempt, rule) {
      const { kind, account, strangerFrom } = attempt;
      const { all, one } = keysOf(attempt);
      let giveBack = async (): Promise<void> => {};
      let isFlooded = false;
      const amongAll = async (network: string): Promise<Step> => {
        const step = await takeAmongAll(kind, network, rule.inAllPerMinute);
        if ('undo' in step) giveBack = step.undo;
        else isFlooded = true;
        return step;
      };
      const longest = { ...rule, longestWaitSeconds: rule.longestWaitFromOneSeconds };
      const result = await takeAll([
        ...(strangerFrom === null ? [] : [() => amongAll(strangerFrom)]),
        ...(account === null || one === null ? [] : [() => takeWaiting(one, longest)]),
        ...(account === null ? [] : [() => takeWaiting(all, rule)]),
      ]);
      if ('waitSeconds' in result)
        return { retryAfterSeconds: result.waitSeconds, isBurst: false, isFlooded, giveBack };
      return { retryAfterSeconds: null, isBurst: result.isBurst, isFlooded, giveBack };
    },
    async forget(attempt) {
      const { all, one } = keysOf(attempt);
      for (const key of one === null ? [all] : [all, one]) {
        await Promise.all([attempts, turns, waits].map((each) => each.delete(key)));
      }
    },
    countFailure: async (key) => (await failures.penalty(key, 1)).consumedPoints,
    async takeFailures(key) {
      const found = await failures.get(key);
      if (found) await failures.delete(key);
      return found?.consumedPoints ?? 0;
    },
  };
};
