// Ctrl-C and its kin. One press can arrive several times (the terminal signals the whole group, npm and the bootstrap pass
// theirs on), so only what comes a while after the first counts as a second.

const SAME_PRESS_MS = 1_000;

export interface ShutdownHandlers {
  /** The first signal: stop in order. */
  first(): void;
  /** The second: stop at once. */
  second(): void;
}

export function onShutdownSignals({ first, second }: ShutdownHandlers): void {
  let pressedAt: number | undefined;
  const handle = () => {
    if (pressedAt === undefined) {
      pressedAt = performance.now();
      first();
    } else if (performance.now() - pressedAt > SAME_PRESS_MS) second();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
}
