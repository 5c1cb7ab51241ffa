// Server-sent events for checkout pages: a nudge to read again whenever an intent changes, from one LISTEN connection for the
// whole process. A lost nudge is harmless: pages also poll, and a reconnected listener nudges all of them.
import type { ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { Client } from 'pg';
import { INTENT_CHANGED_CHANNEL } from '#db/intents/change-intent.ts';
import { isIntentId } from '#domain/ids.ts';

const HEARTBEAT_MS = 20_000;
const RECONNECT_MS = 1_000;
const NUDGE = 'event: changed\ndata: \n\n';
/** `retry` is how long the browser waits before it reconnects. */
const HELLO = 'retry: 3000\nevent: ready\ndata: \n\n';
const HEARTBEAT = ': still here\n\n';

/** `/checkout/:id/events`. */
export const addIntentEvents = (app: FastifyInstance, databaseUrl: string): void => {
  const events = createIntentEvents(databaseUrl, app.log);
  // Before close, not on close: Fastify waits for open responses, and an event stream never ends by itself.
  app.addHook('preClose', () => events.close());
  app.get<{ Params: { id: string } }>(
    '/checkout/:id/events',
    { schema: { hide: true }, compress: false },
    (request, reply) => {
      if (!isIntentId(request.params.id)) return reply.code(404).send();
      reply.hijack();
      events.subscribe(request.params.id, reply.raw);
      return reply;
    },
  );
};

export interface IntentEvents {
  /** Takes over a response whose headers are not sent yet, and streams nudges until either side ends it. */
  subscribe(intentId: string, response: ServerResponse): void;
  /** Ends every stream and the listener. */
  close(): Promise<void>;
}

/** Returns before the connection is open, and keeps trying while the database is away. */
export const createIntentEvents = (databaseUrl: string, log: FastifyBaseLogger): IntentEvents => {
  const streams = new Map<string, Set<ServerResponse>>();
  let client: Client | null = null;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const everyStream = function* (): Generator<ServerResponse> {
    for (const responses of streams.values()) yield* responses;
  };
  const nudgeAll = (): void => {
    for (const response of everyStream()) response.write(NUDGE);
  };

  const listen = async (): Promise<void> => {
    const connection = new Client({ connectionString: databaseUrl, keepAlive: true });
    let lost = false;
    const lose = (error?: Error): void => {
      if (lost || closed) return;
      lost = true;
      if (error) log.warn({ err: error }, 'listener for intent changes lost its connection');
      connection.end().catch(() => {});
      retry = setTimeout(() => void listen(), RECONNECT_MS);
    };
    connection.on('error', lose);
    connection.on('end', () => lose());
    connection.on('notification', ({ payload }) => {
      for (const response of streams.get(payload ?? '') ?? []) response.write(NUDGE);
    });
    client = connection;
    try {
      await connection.connect();
      await connection.query(`listen ${INTENT_CHANGED_CHANNEL}`);
      nudgeAll();
    } catch (error) {
      lose(error as Error);
    }
  };
  void listen();

  const heartbeat = setInterval(() => {
    for (const response of everyStream()) response.write(HEARTBEAT);
  }, HEARTBEAT_MS);

  return {
    subscribe: (intentId, response) => {
      if (response.destroyed) return;
      const responses = streams.get(intentId) ?? new Set();
      streams.set(intentId, responses.add(response));
      response.on('close', () => {
        responses.delete(response);
        if (responses.size === 0 && streams.get(intentId) === responses) streams.delete(intentId);
      });
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx buffers streams without it.
        'x-accel-buffering': 'no',
      });
      response.write(HELLO);
    },
    close: async () => {
      closed = true;
      clearTimeout(retry);
      clearInterval(heartbeat);
      for (const response of everyStream()) response.end();
      streams.clear();
      await client?.end().catch(() => {});
    },
  };
};
