// Waits for a condition.
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from './setup-error.ts';

export interface WaitOptions {
  /** Name of the condition, for the message of a time-out. */
  what: string;
  timeoutMs: number;
  intervalMs?: number;
  /** Called before each poll. A returned error ends the wait, for example when the process died. */
  giveUp?: () => Error | undefined;
}

/** Polls until `condition` returns something other than undefined or false. An exception counts as "not yet". */
export async function waitFor<T>(
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + options.timeoutMs;
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
    await delay(options.intervalMs ?? 50);
  }
}
