// An amount of coin as an option of a command, read as forms read it.
import { InvalidArgumentError } from 'commander';
import { UNIT_DECIMALS, type Units, unitsOf } from '#domain/money.ts';
import { readTypedDecimal, typedProblem } from '#domain/typed-amount.ts';

/** Throws InvalidArgumentError. */
export const asCoins = (text: string): Units => {
  const read = readTypedDecimal(text, UNIT_DECIMALS);
  if ('value' in read) return unitsOf(read.value);
  throw new InvalidArgumentError(typedProblem(read, 'must be an amount of coin, for example 0.10'));
};
