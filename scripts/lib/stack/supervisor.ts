// Keeps the parts of the local stack running. Restarts a part that dies, with growing pauses. Stops all parts in reverse order.
import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from '../progress.ts';
import { explain } from '../setup-error.ts';
import { describeExit, killAllChildren, type Running, stopAllChildren } from './child.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;
/** A part that ran this long has recovered: the pauses start again from the shortest. */
const STEADY_AFTER_MS = 60_000;

export interface Part<T extends Running = Running> {
  /** Name for messages: "Postgres", "worker". */
  title: string;
  /** Starts it and returns when it is ready. Called again after each unexpected end. */
  start(): Promise<T>;
}

export class Supervisor {
  readonly #progress: Progress;
  readonly #stopping = new AbortController();
  readonly #running = new Map<Part, Running>();
  /** Parts that are restarted on purpose, with a function that ends the pause before their next start. */
  readonly #restarts = new Map<Part, AbortController>();

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Starts a part and supervises it. Throws when the first start fails. */
  async start<T extends Running>(part: Part<T>): Promise<T> {
    const running = await part.start();
    this.#running.set(part, running);
    void this.#lookAfter(part, running);
    return running;
  }

  /** Stops all parts in reverse order, including unfinished starts. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const running of [...this.#running.values()].reverse()) await running.stop();
    await stopAllChildren();
  }

  /** Restarts a part for new code. Does not wait for the pause after a failed start. */
  async restart(part: Part): Promise<void> {
    this.#restarts.get(part)?.abort();
    const wanted = new AbortController();
    wanted.abort();
    this.#restarts.set(part, wanted);
    await this.#running.get(part)?.stop();
  }

  /** Kills all parts at once. */
  kill(): void {
    this.#stopping.abort();
    killAllChildren();
  }

  async #lookAfter(part: Part, first: Running): Promise<void> {
    let running = first;
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      const since = performance.now();
      const exit = await running.exited;
      if (this.stopping) return;
      if (performance.now() - since > STEADY_AFTER_MS) pause = FIRST_PAUSE_MS;
      const onPurpose = this.#restarts.has(part);
      if (onPurpose) this.#progress(`${part.title} starts again: its code changed`);
      else this.#progress(`${part.title} ended unexpectedly (${describeExit(exit)}); starting it again`);
      for (;;) {
        await this.#pause(part, pause);
        if (this.stopping) return;
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        try {
          running = await part.start();
          break;
        } catch (error) {
          if (this.stopping) return;
          this.#progress(`${part.title} does not start: ${explain(error)}`);
        }
      }
      // Stopped during its start: no other code ends it.
      if (this.stopping) return await running.stop();
      this.#running.set(part, running);
      if (onPurpose) pause = FIRST_PAUSE_MS;
      this.#progress(`${part.title} runs again`);
    }
  }

  /** Ends early at a shutdown, or when the part is restarted on purpose. */
  async #pause(part: Part, ms: number): Promise<void> {
    const restart = this.#restarts.get(part) ?? new AbortController();
    this.#restarts.set(part, restart);
    const signal = AbortSignal.any([this.#stopping.signal, restart.signal]);
    await delay(ms, undefined, { signal }).catch(() => {});
    this.#restarts.delete(part);
  }
}
