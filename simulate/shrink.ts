// Finds the smallest history that still fails in the same way: removes runs of operations, then ever smaller ones (delta debugging).
import type { History, Operation } from './operations.ts';
import type { RunResult } from './run-seed.ts';

/** @param run runs a history; it must be the same each time */
export const shrink = async (
  history: History,
  found: RunResult,
  run: (history: History) => Promise<RunResult>,
): Promise<{ history: History; result: RunResult }> => {
  const invariant = found.violations[0]?.invariant;
  let result = found;
  const fails = async (operations: readonly Operation[]): Promise<boolean> => {
    const next = await run({ ...history, operations });
    const isSame = next.violations.some((violation) => violation.invariant === invariant);
    if (isSame) result = next;
    return isSame;
  };
  let operations = history.operations;
  for (let size = Math.ceil(operations.length / 2); size >= 1; ) {
    let isSmaller = false;
    for (let start = 0; start < operations.length; ) {
      const without = operations.toSpliced(start, size);
      if (await fails(without)) {
        operations = without;
        isSmaller = true;
      } else start += size;
    }
    if (size === 1 && !isSmaller) break;
    if (size > 1) size = Math.floor(size / 2);
  }
  return { history: { ...history, operations }, result };
};
