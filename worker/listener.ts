// LISTEN on one Postgres channel, for ever: connects again when the connection is lost. Notifications are nudges; what they
// announce is found by polling too, so that a lost one costs time, not work.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';

const RECONNECT_MS = 1_000;

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

  const listenOnce = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl, keepAlive: true, connectionTimeoutMillis: 5_000 });
    const lost = new Promise<void>((resolve) => client.once('end', resolve).once('error', () => resolve()));
    current = client;
    try {
      await client.connect();
      client.on('notification', onNotification);
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      onNotification(); // Whatever was announced while nobody listened.
      await lost;
    } finally {
      current = null;
      await client.end().catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await listenOnce().catch((error: Error) => logger.warn({ channel, reason: error.message }, 'listening failed'));
      await delay(RECONNECT_MS, undefined, { signal: stopped.signal }).catch(() => {});
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
