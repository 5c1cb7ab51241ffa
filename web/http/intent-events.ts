// Server-sent events for checkout pages: a nudge to read again whenever an intent changes, from one LISTEN connection for the
// whole process. A lost nudge is harmless: pages also poll, and a reconnected listener nudges all of them.
import type { ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Client } from 'pg';
import { INTENT_CHANGED_CHANNEL } from '#db/intents/change-intent.ts';
import { existingIntents } from '#db/intents/existing-intents.ts';
import type { Orm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { isIntentId } from '#domain/ids.ts';
import type { StreamLimits } from './edge-limits.ts';
import { addressCountKey } from './ip-address.ts';
import { nameOrder } from './request-orders.ts';
import { StreamSlots } from './stream-slots.ts';

const HEARTBEAT_MS = 20_000;
const RECONNECT_MS = 1_000;
/** The most that one browser follows at once; further tabs poll. */
export const MAX_IDS = 50;
const RETRY_AFTER_SECONDS = 10;
const nudge = (intentId: string): string => `event: changed\ndata: ${intentId}\n\n`;
/** `retry` is how long the browser waits before it reconnects. */
const HELLO = 'retry: 3000\nevent: ready\ndata: \n\n';
const HEARTBEAT = ': still here\n\n';

interface EventsOptions {
  databaseUrl: string;
  orm: Orm;
  limits: StreamLimits;
}

/**
 * `/checkout/:id/events`, and `/checkout/events?ids=<id>.<id>…` for all open checkouts of one browser. 404 when none of them exists,
 * 429 when the client's address or this process has as many streams as it may have: both before a stream opens.
 */
export const addIntentEvents = (app: FastifyInstance, { databaseUrl, orm, limits }: EventsOptions): void => {
  const events = createIntentEvents(databaseUrl, app.log);
  const slots = new StreamSlots(limits);
  // Before close, not on close: Fastify waits for open responses, and an event stream never ends by itself.
  app.addHook('preClose', () => events.close());
  const stream = async (request: FastifyRequest, reply: FastifyReply, asked: readonly string[]) => {
    const found = asked.length <= MAX_IDS && asked.every(isIntentId) ? await existingIntents(sqlOf(orm), asked) : [];
    const [first] = found;
    if (!first) return await reply.code(404).send();
    if (asked.length === 1) nameOrder(request, first);
    const ids = found.map(({ id }) => id);
    // Hung up while the ids were read: its 'close' is past, so a slot would never come back.
    if (reply.raw.destroyed) return reply.hijack();
    const release = slots.take(addressCountKey(request.ip));
    if (!release) return await reply.code(429).header('retry-after', String(RETRY_AFTER_SECONDS)).send();
    reply.raw.on('close', release);
    reply.hijack();
    events.subscribe(ids, reply.raw);
    return reply;
  };
  const options = { schema: { hide: true }, compress: false } as const;
  app.get<{ Params: { id: string } }>('/checkout/:id/events', options, (request, reply) =>
    stream(request, reply, [request.params.id]),
  );
  app.get<{ Querystring: { ids?: unknown } }>('/checkout/events', options, (request, reply) =>
    stream(request, reply, [...new Set(String(request.query.ids ?? '').split('.'))]),
  );
};

export interface IntentEvents {
  /** Takes over a response whose headers are not sent yet, and streams nudges until either side ends it. */
  subscribe(intentIds: readonly string[], response: ServerResponse): void;
  /** Ends every stream and the listener. */
  close(): Promise<void>;
}

/** Returns before the connection is open, and keeps trying while the database is away. */
export const createIntentEvents = (databaseUrl: string, log: FastifyBaseLogger): IntentEvents => {
  /** By intent. */
  const streams = new Map<string, Set<ServerResponse>>();
  let client: Client | null = null;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const everyStream = function* (): Generator<ServerResponse> {
    yield* new Set([...streams.values()].flatMap((responses) => [...responses]));
  };
  const nudgeAll = (): void => {
    for (const [intentId, responses] of streams) for (const response of responses) response.write(nudge(intentId));
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
      for (const response of streams.get(payload ?? '') ?? []) response.write(nudge(payload ?? ''));
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
    subscribe: (intentIds, response) => {
      if (response.destroyed) return;
      for (const intentId of intentIds) {
        streams.set(intentId, (streams.get(intentId) ?? new Set()).add(response));
      }
      response.on('close', () => {
        for (const intentId of intentIds) {
          const responses = streams.get(intentId);
          responses?.delete(response);
          if (responses?.size === 0) streams.delete(intentId);
        }
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
