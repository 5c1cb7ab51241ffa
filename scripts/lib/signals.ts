// Shutdown signals. One Ctrl-C can arrive several times, from the terminal, npm and the bootstrap. A signal counts as the second
// only when it comes more than a second after the first.

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
