// Writes the request log: entries are kept in memory and inserted once a second, many in one statement, so that no request waits for
// its log. A crash may lose a second of entries. A full buffer drops entries, counts them and logs the number.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noteKeyUse } from '#db/api/api-keys.ts';
import { insertRequests, type LoggedRequest } from '#db/api/request-log.ts';
import type { Sql } from '#db/pool.ts';
import { withoutApiSecrets } from '#domain/ids.ts';

const FLUSH_MS = 1_000;
/** About 10 MB of typical requests, 45 MB of the largest. */
const MAX_WAITING = 5_000;
const MAX_BATCH = 500;
const BODY_CHARACTERS = 4_096;
const HEADER_CHARACTERS = 512;
const PATH_CHARACTERS = 2_048;
/** A key's last use is written this often. */
const USE_MS = 60_000;
const SIGNATURE_HEADER = 'x-signature';
/** The headers that a developer needs; cookies and the like are never kept. */
const KEPT_HEADERS = /^(?:x-(?!forwarded)|content-(?:type|length)$|user-agent$|idempotency-key$|accept$|host$)/;

const NUL = /\0/g;
/**
 * Every text of an entry passes here, so none holds an API secret, whichever route returns one or whatever a client sends by mistake.
 * Secrets go before the cut, which could leave most of one.
 */
const text = (value: string, length: number): string => {
  const kept = withoutApiSecrets(value);
  return (kept.length > length ? `${kept.slice(0, length)}…` : kept).replace(NUL, '\ufffd').toWellFormed();
};

/** A request's headers as they are stored: only those of the API, with the signature masked. */
export const keptHeaders = (headers: FastifyRequest['headers']): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const name in headers) {
    if (!KEPT_HEADERS.test(name)) continue;
    kept[name] = name === SIGNATURE_HEADER ? 'v1=…' : text(String(headers[name]), HEADER_CHARACTERS);
  }
  return kept;
};

/** The code of an envelope as text, which begins with it. */
const codeOf = (body: string): number => Number(/^\{"code":(\d{1,6})/.exec(body)?.[1] ?? 0);

/** Collected while the response is sent; turned into a row when it is written. */
interface Entry {
  request: FastifyRequest;
  storeId: string;
  apiKeyId: string;
  at: number;
  httpStatus: number;
  durationMs: number;
  response: string;
}

export interface RequestLogWriter {
  add(request: FastifyRequest, reply: FastifyReply, response: string): void;
  /** Writes all waiting entries. */
  flush(): Promise<void>;
  /** How many entries were dropped. */
  dropped(): number;
}

export const createRequestLog = (sql: Sql, log: FastifyInstance['log'], maxWaiting = MAX_WAITING): RequestLogWriter => {
  let waiting: Entry[] = [];
  let dropped = 0;
  let reported = 0;
  const lastUse = new Map<string, number>();
  const writtenUse = new Map<string, number>();

  const writeUse = async (): Promise<void> => {
    const due = [...lastUse].filter(([key, at]) => at - (writtenUse.get(key) ?? 0) >= USE_MS);
    lastUse.clear();
    if (due.length === 0) return;
    await noteKeyUse(sql, new Map(due.map(([key, at]) => [key, new Date(at)])));
    if (writtenUse.size > 10_000) writtenUse.clear();
    for (const [key, at] of due) writtenUse.set(key, at);
  };

  let flushing: Promise<void> = Promise.resolve();
  const flushNow = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    if (dropped > reported) {
      log.warn({ dropped: dropped - reported }, 'request log is full, entries were dropped');
      reported = dropped;
    }
    try {
      for (let from = 0; from < batch.length; from += MAX_BATCH) {
        await insertRequests(sql, batch.slice(from, from + MAX_BATCH).map(rowOf));
      }
      await writeUse();
    } catch (error) {
      // The entries are lost: without the database the API fails anyway.
      dropped += batch.length;
      reported = dropped;
      log.warn({ err: error, lost: batch.length }, 'request log could not be written');
    }
  };

  return {
    add(request, reply, response) {
      const key = request.caller?.key;
      if (!key) return;
      const at = Date.now();
      lastUse.set(key.apiKeyId, at);
      if (waiting.length >= maxWaiting) {
        dropped += 1;
        return;
      }
      const { storeId, apiKeyId } = key;
      const durationMs = Math.round(reply.elapsedTime);
      waiting.push({ request, storeId, apiKeyId, at, httpStatus: reply.statusCode, durationMs, response });
    },
    flush() {
      flushing = flushing.then(flushNow);
      return flushing;
    },
    dropped: () => dropped,
  };
};

const rowOf = ({ request, storeId, apiKeyId, at, httpStatus, durationMs, response }: Entry): LoggedRequest => ({
  requestId: request.id,
  storeId,
  apiKeyId,
  at: new Date(at),
  method: request.method,
  path: text(request.raw.url ?? '', PATH_CHARACTERS),
  httpStatus,
  code: codeOf(response),
  durationMs,
  clientAddress: request.ip,
  requestHeaders: keptHeaders(request.headers),
  requestBody: text(request.rawBody.subarray(0, BODY_CHARACTERS * 4).toString('utf8'), BODY_CHARACTERS),
  responseBody: text(response, BODY_CHARACTERS),
});

/** Logs every response to a known caller. Writes once a second and when the server closes. */
export const keepRequestLog = (app: FastifyInstance, sql: Sql): void => {
  const writer = createRequestLog(sql, app.log);
  app.addHook('onSend', (request, reply, payload, done) => {
    if (typeof payload === 'string') writer.add(request, reply, payload);
    done();
  });
  const flush = setInterval(() => void writer.flush(), FLUSH_MS).unref();
  app.addHook('onClose', async () => {
    clearInterval(flush);
    await writer.flush();
  });
};
