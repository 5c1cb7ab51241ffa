// Waits for a condition.
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from './setup-error.ts';

export interface WaitOptions {
  /** Name of the condition, for the message of a time-out. */
  what: string;
  timeoutMs: number;
  /** Between two polls. Default: 50 ms, then a twentieth of the time waited, up to half a second; polls of many waits fill a processor. */
  intervalMs?: number;
  /** Called before each poll. A returned error ends the wait, for example when the process died. */
  giveUp?: () => Error | undefined;
}

/** Polls until `condition` returns something other than undefined or false. An exception counts as "not yet". */
export async function waitFor<T>(
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions,
): Promise<T> {
  const began = performance.now();
  const deadline = began + options.timeoutMs;
  let last: unknown;
  for (;;) {
    const reason = options.giveUp?.();
    if (reason) throw reason;
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      const cause = last instanceof Error ? ` (last error: ${last.message})` : '';
      throw new SetupError(`${options.what}: not there after ${options.timeoutMs / 1000} s${cause}`, { cause: last });
    }
    await delay(options.intervalMs ?? Math.min(Math.max(50, (performance.now() - began) / 20), 500));
  }
}
