// Random numbers from a seed: the same seed gives the same numbers on every machine.

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  pick<T>(values: readonly T[]): T;
  /** Picks by weight: `[[3, 'often'], [1, 'rarely']]`. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T;
}

/** The generator mulberry32. */
export const createRandom = (seed: number): Random => {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(values: readonly T[]): T => {
    const value = values[below(values.length)];
    if (value === undefined) throw new RangeError('Nothing to pick from');
    return value;
  };
  return {
    below,
    once: (times) => below(times) === 0,
    pick,
    weighted(choices) {
      let rest = below(choices.reduce((total, [weight]) => total + weight, 0));
      for (const [weight, value] of choices) {
        if (rest < weight) return value;
        rest -= weight;
      }
      throw new RangeError('Nothing to pick from');
    },
  };
};
