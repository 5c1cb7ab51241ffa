// Wakes the dispatcher after a create has committed, with at most one NOTIFY in 50 ms: all commits that notify share one lock. The
// dispatcher also polls, so a lost nudge costs a moment and no intent.

import { DISPATCH_CHANNEL } from '#db/dispatch/outbox.ts';
import type { Sql } from '#db/pool.ts';

const INTERVAL_MS = 50;

export class DispatchNudge {
  readonly #sql: Sql;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #again = false;

  constructor(sql: Sql, onError: (error: unknown) => void) {
    this.#sql = sql;
    this.#onError = onError;
  }

  /** Sends now, or once at the end of the current interval. */
  nudge(): void {
    if (this.#timer) {
      this.#again = true;
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#again) this.nudge();
    }, INTERVAL_MS);
    this.#timer.unref();
    this.#again = false;
    this.#sql
      .query({ name: 'dispatch-nudge', text: 'select pg_notify($1, $2)', values: [DISPATCH_CHANNEL, ''] })
      .catch(this.#onError);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#again = false;
  }
}
