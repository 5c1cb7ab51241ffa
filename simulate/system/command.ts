// The options of `npm run simulate -- --system`.
import { parseArgs } from 'node:util';
import { runSystem } from './run-system.ts';

const DEFAULT_MINUTES = 10;

const numberFrom = (name: string, text: string, fits: (value: number) => boolean): number => {
  const value = Number(text);
  if (text.trim() === '' || !fits(value)) throw new RangeError(`--${name}: must be a number above zero, not ${text}`);
  return value;
};

/** Runs the whole system. @returns the exit code: 1 at a violation */
export const systemCommand = async (args: string[]): Promise<number> => {
  const { values } = parseArgs({
    args,
    options: {
      system: { type: 'boolean' },
      minutes: { type: 'string', default: String(DEFAULT_MINUTES) },
      seed: { type: 'string', default: '1' },
    },
  });
  const isClean = await runSystem({
    minutes: numberFrom('minutes', values.minutes, (minutes) => minutes > 0 && minutes <= 10_000),
    seed: numberFrom('seed', values.seed, (seed) => Number.isSafeInteger(seed) && seed > 0),
    say: (line) => void process.stdout.write(`${line}\n`),
  });
  return isClean ? 0 : 1;
};
