// One clock for everything that a run drives: `Date`, `performance.now()` and, through a table, the database. It moves only when the
// simulator moves it, so a run takes milliseconds and is the same each time.

const RealDate = Date;
const realNow = performance.now.bind(performance);

export interface SimClock {
  /** Epoch milliseconds. */
  now(): number;
  advance(ms: number): void;
  /** By how much the workers' clock is ahead of the database's, which is the true one. */
  skew(ms: number): void;
  /** Sets the time; for the start of a run. */
  start(at: number): void;
  /** Puts the real clocks back. */
  uninstall(): void;
}

/** Replaces the clocks of this process. */
export const installClock = (): SimClock => {
  let now = 0;
  let began = 0;
  let skewed = 0;
  class SimDate extends RealDate {
    constructor(...parts: [] | ConstructorParameters<typeof RealDate>) {
      if (parts.length === 0) super(now + skewed);
      else super(...parts);
    }
    static override now(): number {
      return now + skewed;
    }
  }
  globalThis.Date = SimDate as DateConstructor;
  // From an hour on: zero means "never" in places.
  performance.now = () => 3_600_000 + now - began;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    skew(ms) {
      skewed = ms;
    },
    start(at) {
      now = at;
      began = at;
      skewed = 0;
    },
    uninstall() {
      globalThis.Date = RealDate;
      performance.now = realNow;
    },
  };
};
