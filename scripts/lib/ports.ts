// Checks and picks TCP ports.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { SetupError } from './setup-error.ts';

/** True when the port is free. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Throws a SetupError with the port, its use and its setting when it is taken. */
export async function requirePortFree(port: number, use: string, setting: string, host = '127.0.0.1'): Promise<void> {
  if (await isPortFree(port, host)) return;
  throw new SetupError(
    `port ${port} (${use}) is taken by another program: stop that, or choose another with ${setting}=…`,
  );
}

// Below the range that systems use for outgoing connections and for port 0, which Temporal's inner services use. So no other process
// takes the port between this check and its use.
const FIRST = 20_000;
const LAST = 31_000;

/** A free port for tests and side-by-side copies. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = randomInt(FIRST, LAST);
    if (await isPortFree(port)) return port;
  }
  throw new SetupError(`no free port between ${FIRST} and ${LAST}`);
}
