// How many event streams are open, in this process: by client address and in all. A stream stays open for as long as a checkout, so its
// number is limited and not its rate.
import type { StreamLimits } from './edge-limits.ts';

export class StreamSlots {
  readonly #limits: StreamLimits;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  /** @returns what gives the slot back (once; later calls do nothing), or null when none is free */
  take(address: string): (() => void) | null {
    const open = this.#byAddress.get(address) ?? 0;
    if (open >= this.#limits.perAddress || this.#total >= this.#limits.total) return null;
    this.#byAddress.set(address, open + 1);
    this.#total += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#total -= 1;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    };
  }
}
