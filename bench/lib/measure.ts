// Medians, percentiles, and work with a fixed number of jobs in flight.

export const median = (values: readonly number[]): number => percentile(values, 50);

/** Nearest rank. NaN for no values. */
export const percentile = (values: readonly number[], percent: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
};

/** Runs `job` repeatedly, `inFlight` in parallel, for `milliseconds`. @returns jobs a second */
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

/** Runs `job` for every item, `inFlight` in parallel. */
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

/** One line of results: name, figure, and its aim if it has one. */
export interface Figure {
  what: string;
  value: string;
  aim?: string;
}

export interface PartResult {
  title: string;
  /** The method, in one or two sentences. */
  how: string;
  figures: Figure[];
  /** A file to store beside the results: its name in `bench` and its text. */
  kept?: { file: string; text: string };
  /** Missed aims: the run then fails. */
  missed?: string[];
}

export interface BenchOptions {
  /** Short rounds, to check that everything works. Their figures are not written. */
  quick: boolean;
  /** Number of stores for the part `reports`; absent for its default. */
  stores?: number;
  /** Number of orders for the part `orders`; absent for its default. */
  orders?: number;
  say: (line: string) => void;
}

export const rounded = (value: number, digits = 0): string => value.toFixed(digits);
export const asPercent = (ratio: number): string => `${(ratio * 100).toFixed(0)} %`;
