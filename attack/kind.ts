// A kind of bad input: it makes its inputs, sends them, and decides for each whether the system let it through.
import type { Reply } from './client.ts';
import { leakOf } from './leaks.ts';
import type { World } from './world.ts';

export interface Attempt {
  /** What was sent, short. */
  input: string;
  /** What it did; null when the system withstood it. */
  letThrough: string | null;
}

export interface Kind {
  /** For `--kind`. */
  name: string;
  title: string;
  run(world: World): Promise<Attempt[]>;
}

export const attempt = (input: string, letThrough: string | null): Attempt => ({ input, letThrough });

/** A server must never fail, whatever it gets, nor show how it is made. */
export const faultOf = ({ status, text = '' }: Pick<Reply, 'status'> & Partial<Pick<Reply, 'text'>>): string | null =>
  status >= 500 ? `fault ${status}` : leakOf(text);

/** Runs `each` for every input, one after another: inputs of one kind must not disturb each other. */
export const tryEach = async <Input>(
  inputs: Iterable<Input>,
  nameOf: (input: Input) => string,
  each: (input: Input) => Promise<string | null>,
): Promise<Attempt[]> => {
  const attempts: Attempt[] = [];
  for (const input of inputs) attempts.push(attempt(nameOf(input), await each(input)));
  return attempts;
};

const TOGETHER = 8;

/** The same with a few inputs at a time: for those that know nothing of each other, and after which silence is waited for. */
export const tryTogether = async <Input>(
  inputs: readonly Input[],
  nameOf: (input: Input) => string,
  each: (input: Input) => Promise<string | null>,
): Promise<Attempt[]> => {
  const attempts: Attempt[] = [];
  for (let first = 0; first < inputs.length; first += TOGETHER) {
    const some = inputs.slice(first, first + TOGETHER);
    attempts.push(...(await Promise.all(some.map(async (input) => attempt(nameOf(input), await each(input))))));
  }
  return attempts;
};

/** The same for code that must throw. @param isRightError whether it is the rejection and not a fault */
export const mustThrow = async (
  work: () => unknown,
  isRightError: (error: { name?: string; code?: string }) => boolean = () => true,
): Promise<string | null> => {
  try {
    const result = await work();
    return `accepted: ${String(JSON.stringify(result)).slice(0, 120)}`;
  } catch (error) {
    return isRightError(error as object) ? null : `failed with ${String(error).slice(0, 120)}`;
  }
};
