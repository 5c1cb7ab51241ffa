// What is printed: tried and let through for each kind, then every input that was let through.
import type { Attempt, Kind } from './kind.ts';

export interface Result {
  kind: Kind;
  attempts: Attempt[];
  /** Why the kind did not end. */
  failure: string | null;
  ms: number;
}

const letThrough = ({ attempts }: Result): Attempt[] => attempts.filter((one) => one.letThrough !== null);

export const isClean = (results: readonly Result[]): boolean =>
  results.every((result) => result.failure === null && result.attempts.length > 0 && letThrough(result).length === 0);

export const asText = (results: readonly Result[]): string => {
  const width = Math.max(...results.map(({ kind }) => kind.title.length));
  const line = (title: string, tried: number, through: number): string =>
    `${title.padEnd(width)}  ${String(tried).padStart(5)}  ${String(through).padStart(11)}`;
  const rows = results.map((result) => line(result.kind.title, result.attempts.length, letThrough(result).length));
  const sum = (count: (result: Result) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  const details = results.flatMap((result) => [
    ...letThrough(result).map(({ input, letThrough }) => `  ${result.kind.name}: ${input} → ${letThrough}`),
    ...(result.failure === null ? [] : [`  ${result.kind.name}: did not end: ${result.failure}`]),
  ]);
  return [
    `${'kind'.padEnd(width)}  tried  let through`,
    ...rows,
    line(
      'all',
      sum(({ attempts }) => attempts.length),
      sum((result) => letThrough(result).length),
    ),
    ...(details.length > 0 ? ['', 'let through:', ...details] : []),
  ].join('\n');
};

export const asJson = (results: readonly Result[]): string =>
  JSON.stringify(
    results.map(({ kind, attempts, failure, ms }) => ({
      ...{ kind: kind.name, title: kind.title, tried: attempts.length, failure, ms },
      letThrough: attempts.filter((one) => one.letThrough !== null),
    })),
    null,
    2,
  );
