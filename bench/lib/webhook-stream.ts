// A steady stream of webhooks: queues events at a fixed rate, as confirmed payments do, and measures the time until each arrives.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { waitFor } from '#scripts/lib/wait-for.ts';

const ARRIVE_WITHIN_MS = 120_000;
const BODY = JSON.stringify({ event_type: 'checkout_intent.confirmed', filler: 'x'.repeat(500) });

export interface WebhookStream {
  /** The receiver's URL. */
  url: string;
  /**
   * Queues events until the time is over or the promise resolves, and waits until the last one arrived.
   * @returns milliseconds from the commit of each event to its arrival
   */
  during(until: number | Promise<unknown>, orders: readonly { id: string; storeId: string }[]): Promise<number[]>;
  stop(): Promise<void>;
}

export const startWebhookStream = async (databaseUrl: string, perSecond: number): Promise<WebhookStream> => {
  const arrivals = new Map<string, number>();
  const server = createServer((request, response) => {
    const id = String(request.headers['x-webhook-id']);
    if (!arrivals.has(id)) arrivals.set(id, performance.now());
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  let turn = 0;

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    async during(until, orders) {
      let isOver = false;
      const over = typeof until === 'number' ? delay(until) : until;
      void over.then(
        () => {
          isOver = true;
        },
        () => {
          isOver = true;
        },
      );
      const committed = new Map<string, number>();
      const started = performance.now();
      const queueing: Promise<void>[] = [];
      for (let n = 0; !isOver; n += 1) {
        const order = orders[turn++ % orders.length];
        if (!order) throw new Error('there is no order');
        queueing.push(queue(pool, order).then((id) => void committed.set(id, performance.now())));
        await delay(Math.max(0, started + ((n + 1) * 1000) / perSecond - performance.now()));
      }
      await Promise.all(queueing);
      await waitFor(() => [...committed.keys()].every((id) => arrivals.has(id)), {
        what: 'the last webhook',
        timeoutMs: ARRIVE_WITHIN_MS,
        intervalMs: 20,
      });
      return [...committed].map(([id, at]) => (arrivals.get(id) ?? Number.NaN) - at);
    },
    async stop() {
      await pool.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Inserts an event and its outbox row, and notifies the dispatcher. Each event has its own type, so an order may have many. */
const queue = async (pool: pg.Pool, { id, storeId }: { id: string; storeId: string }): Promise<string> => {
  const unique = randomBytes(16).toString('hex');
  await pool.query({
    name: 'stream-queue',
    text: `with event as (
        insert into webhook_event (id, transaction_id, store_id, intent_id, event_type, body, state)
        values ('evt_' || $1::text, 'txn_' || $1, $2, $3, 'checkout_intent.confirmed.' || $1, $4, 'pending') returning id),
      queued as (
        insert into dispatch (kind, subject_id, dedupe_key, data) select 'start_webhook', id, 'start_webhook:' || id, '{}' from event)
      select pg_notify('dispatch_added', '')`,
    values: [unique, storeId, id, BODY],
  });
  return `evt_${unique}`;
};
