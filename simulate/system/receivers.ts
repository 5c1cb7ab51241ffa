// Merchants' webhook receivers: one is always there, one fails now and then, one is dead. Each keeps what it accepted.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook } from '#sdk/src/webhook.ts';
import type { Random } from '../random.ts';

export type Mood = 'well' | 'failing' | 'slow' | 'silent' | 'dead';

export interface Receiver {
  url: string;
  mood: Mood;
  keys: { apiKey: string; apiSecret: string };
  /** Deliveries that got a 200, by webhook id. */
  accepted: Map<string, { intentId: string; transactionId: string; times: number }>;
  /** Deliveries with a wrong signature or an unreadable body. */
  wrong: string[];
  attempts: number;
  close(): Promise<void>;
}

const SLOW_MS = 4_000;

export const startReceiver = async (random: Random): Promise<Receiver> => {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      void (async () => {
        receiver.attempts += 1;
        const { mood } = receiver;
        if (mood === 'dead') return void request.socket.destroy();
        if (mood === 'silent') return; // The sender gives up.
        const checked = await verifyWebhook(receiver.keys, {
          method: request.method ?? '',
          target: request.url ?? '',
          headers: request.headers,
          rawBody: Buffer.concat(pieces),
        });
        if (!checked.ok) {
          receiver.wrong.push(checked.problem);
          return void response.writeHead(400).end();
        }
        if (mood === 'failing' && !random.once(3)) return void response.writeHead(random.pick([500, 503, 429])).end();
        const { webhookId, event } = checked;
        const known = receiver.accepted.get(webhookId);
        receiver.accepted.set(webhookId, {
          intentId: event.all_scale_checkout_intent_id,
          transactionId: event.all_scale_transaction_id,
          times: (known?.times ?? 0) + 1,
        });
        if (mood === 'slow') setTimeout(() => response.end('ok'), SLOW_MS);
        else response.end('ok');
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks?from=simulation`,
    mood: 'well',
    keys: { apiKey: '', apiSecret: '' },
    accepted: new Map(),
    wrong: [],
    attempts: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
};
