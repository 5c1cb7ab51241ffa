// A failed history as text: what was wrong, and what happened, one operation a line.
import { networkName } from '#domain/chains.ts';
import type { Failure } from './simulator.ts';

export const asText = ({ history, result }: Failure): string => {
  const { seed, chainIds, startAt, timeZone, operations } = history;
  const chains = chainIds.map((id, index) => `chain ${index} is ${networkName(id)}`).join(', ');
  return [
    `seed ${seed} fails:`,
    ...result.violations.map(({ invariant, message }) => `  invariant ${invariant}: ${message}`),
    `the smallest history that fails (${chains}, from ${new Date(startAt).toISOString()}, ${timeZone}):`,
    ...operations.map((operation) => `  ${JSON.stringify(operation)}`),
  ].join('\n');
};
