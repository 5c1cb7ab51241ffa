// LISTENs on one Postgres channel and reconnects when the connection is lost. A notification only saves time: the listener's owner
// polls as well.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';

/** The first wait for a new connection; it doubles with each attempt that fails. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;

export interface Listener {
  stop(): Promise<void>;
}

export interface ListenerOptions {
  databaseUrl: string;
  channel: string;
  onNotification: () => void;
  logger: Logger;
}

export const startListener = ({ databaseUrl, channel, onNotification, logger }: ListenerOptions): Listener => {
  const stopped = new AbortController();
  let current: pg.Client | null = null;
  let failures = 0;

  const listenOnce = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl, keepAlive: true, connectionTimeoutMillis: 5_000 });
    const lost = new Promise<void>((resolve) => client.once('end', resolve).once('error', () => resolve()));
    current = client;
    try {
      await client.connect();
      client.on('notification', onNotification);
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      failures = 0;
      onNotification(); // For notifications that were missed while disconnected.
      await lost;
    } finally {
      current = null;
      await client.end().catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await listenOnce().catch((error: Error) =>
        logger.warn({ channel, reason: error.message }, 'LISTEN failed; reconnecting'),
      );
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
      failures += 1;
      await delay(waitMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const running = run();

  return {
    async stop() {
      stopped.abort();
      await current?.end().catch(() => {});
      await running;
    },
  };
};
