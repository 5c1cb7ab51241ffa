// Numbers: medians, percentiles, and work with a fixed number in flight.

export const median = (values: readonly number[]): number => percentile(values, 50);

/** Nearest rank. NaN for no values. */
export const percentile = (values: readonly number[], percent: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
};

/** Runs `job` over and over, `inFlight` at once, until `milliseconds` are over; jobs done for each second. */
export const ratePerSecond = async (
  inFlight: number,
  milliseconds: number,
  job: () => Promise<unknown>,
): Promise<number> => {
  const started = performance.now();
  let done = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - started < milliseconds) {
      await job();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (done / (performance.now() - started)) * 1000;
};

/** Runs `job` for every item, `inFlight` at once. */
export const eachOf = async <T>(
  items: readonly T[],
  inFlight: number,
  job: (item: T) => Promise<unknown>,
): Promise<void> => {
  const rest = items.values();
  const lane = async (): Promise<void> => {
    for (const item of rest) await job(item);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
};

/** One line of results: what, its figure, and what was aimed at where there is an aim. */
export interface Figure {
  what: string;
  value: string;
  aim?: string;
}

export interface PartResult {
  title: string;
  /** How it was measured, in a sentence or two. */
  how: string;
  figures: Figure[];
  /** What is kept beside the results: its file in `bench`, and its text. */
  kept?: { file: string; text: string };
  /** Aims that were missed, in words: the run then fails. */
  missed?: string[];
}

export interface BenchOptions {
  /** Short rounds, to see that it works: its figures are not for keeping. */
  quick: boolean;
  /** How many stores the part `reports` has; its own number when absent. */
  stores?: number;
  say: (line: string) => void;
}

export const rounded = (value: number, digits = 0): string => value.toFixed(digits);
export const asPercent = (ratio: number): string => `${(ratio * 100).toFixed(0)} %`;
