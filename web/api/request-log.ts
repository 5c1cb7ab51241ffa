// The request log's writer: answers are noted in memory and written once a second, many rows in one statement, so that no request
// waits for its own log. A crash may lose a second; a full memory drops, counts, and says so.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noteKeyUse } from '#db/api/api-keys.ts';
import { insertRequests, type LoggedRequest } from '#db/api/request-log.ts';
import type { Sql } from '#db/pool.ts';

const FLUSH_MS = 1_000;
/** About 10 MB at the size of a usual request, 45 MB at the worst. */
const MAX_WAITING = 5_000;
const MAX_BATCH = 500;
const BODY_CHARACTERS = 4_096;
const HEADER_CHARACTERS = 512;
const PATH_CHARACTERS = 2_048;
/** A key's last use is written this often. */
const USE_MS = 60_000;
const SIGNATURE_HEADER = 'x-signature';
/** What a developer looks at; cookies and the like are no part of this API and are never kept. */
const KEPT_HEADERS = /^(?:x-(?!forwarded)|content-(?:type|length)$|user-agent$|idempotency-key$|accept$|host$)/;

const NUL = /\0/g;
const text = (value: string, length: number): string =>
  (value.length > length ? `${value.slice(0, length)}…` : value).replace(NUL, '\ufffd').toWellFormed();

/** What is kept of a request's headers: those of the API, the signature masked. */
export const keptHeaders = (headers: FastifyRequest['headers']): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const name in headers) {
    if (!KEPT_HEADERS.test(name)) continue;
    kept[name] = name === SIGNATURE_HEADER ? 'v1=…' : text(String(headers[name]), HEADER_CHARACTERS);
  }
  return kept;
};

/** Of an envelope as text: every answer of the API begins with its code. */
const codeOf = (body: string): number => Number(/^\{"code":(\d{1,6})/.exec(body)?.[1] ?? 0);

/** What is noted while the answer goes out; made into a row when it is written. */
interface Note {
  request: FastifyRequest;
  storeId: string;
  apiKeyId: string;
  at: number;
  httpStatus: number;
  durationMs: number;
  response: string;
}

export interface RequestLogWriter {
  note(request: FastifyRequest, reply: FastifyReply, response: string): void;
  /** Writes what waits. */
  flush(): Promise<void>;
  /** Requests that found no room. */
  dropped(): number;
}

export const createRequestLog = (sql: Sql, log: FastifyInstance['log'], maxWaiting = MAX_WAITING): RequestLogWriter => {
  let waiting: Note[] = [];
  let dropped = 0;
  let told = 0;
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
    if (dropped > told) {
      log.warn({ dropped: dropped - told }, 'the request log had no room');
      told = dropped;
    }
    try {
      for (let from = 0; from < batch.length; from += MAX_BATCH) {
        await insertRequests(sql, batch.slice(from, from + MAX_BATCH).map(rowOf));
      }
      await writeUse();
    } catch (error) {
      // Not kept: while the database is away there is nothing to log either.
      dropped += batch.length;
      told = dropped;
      log.warn({ err: error, lost: batch.length }, 'the request log could not be written');
    }
  };

  return {
    note(request, reply, response) {
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

const rowOf = ({ request, storeId, apiKeyId, at, httpStatus, durationMs, response: answer }: Note): LoggedRequest => ({
  requestId: request.id,
  storeId,
  apiKeyId,
  at: new Date(at),
  method: request.method,
  path: text(request.raw.url ?? '', PATH_CHARACTERS),
  httpStatus,
  code: codeOf(answer),
  durationMs,
  clientAddress: request.ip,
  requestHeaders: keptHeaders(request.headers),
  requestBody: text(request.rawBody.subarray(0, BODY_CHARACTERS * 4).toString('utf8'), BODY_CHARACTERS),
  responseBody: text(answer, BODY_CHARACTERS),
});

/** Follows every answer of the plugin whose caller is known; writes once a second, and what is left when the server closes. */
export const keepRequestLog = (app: FastifyInstance, sql: Sql): void => {
  const writer = createRequestLog(sql, app.log);
  app.addHook('onSend', (request, reply, payload, done) => {
    if (typeof payload === 'string') writer.note(request, reply, payload);
    done();
  });
  const flush = setInterval(() => void writer.flush(), FLUSH_MS).unref();
  app.addHook('onClose', async () => {
    clearInterval(flush);
    await writer.flush();
  });
};
