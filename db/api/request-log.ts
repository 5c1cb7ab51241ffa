// The request log: a store's requests to the Open API of the last seven days. Written in batches after the responses. Each day is a
// partition; the worker's leader makes those of the next days and drops old ones.
import type { FilterQuery } from '@mikro-orm/core';
import { RequestLog } from '../entities/merchant-people.entity.ts';
import { containing } from '../expressions.ts';
import type { Em } from '../orm.ts';
import { type Sql, sqlOf } from '../pool.ts';

export const REQUEST_LOG_DAYS = 7;

export type LoggedRequest = Omit<RequestLog, 'id'>;

/** One statement for a batch. */
export const insertRequests = async (sql: Sql, requests: readonly LoggedRequest[]): Promise<void> => {
  if (requests.length === 0) return;
  await sql.query({
    name: 'request-log-insert',
    text: `insert into request_log (request_id, store_id, api_key_id, at, method, path, http_status, code, duration_ms,
        client_address, request_headers, request_body, response_body)
      select r."requestId", r."storeId", r."apiKeyId", r.at, r.method, r.path, r."httpStatus", r.code, r."durationMs",
        r."clientAddress", r."requestHeaders", r."requestBody", r."responseBody"
      from jsonb_to_recordset($1::jsonb) as r ("requestId" text, "storeId" text, "apiKeyId" text, at timestamptz, method text,
        path text, "httpStatus" smallint, code int, "durationMs" int, "clientAddress" text, "requestHeaders" jsonb,
        "requestBody" text, "responseBody" text)`,
    values: [JSON.stringify(requests)],
  });
};

export type RequestOutcome = 'ok' | 'failed';

export interface RequestFilter {
  /** The envelope's code, or all successes or failures; null for everything. */
  code: number | RequestOutcome | null;
  /** A part of the path, or a whole request id. */
  text: string | null;
  apiKeyId: string | null;
  /** Requests before this one; null for the newest. */
  before: string | null;
  limit: number;
}

/** What a list shows of a request. */
const LISTED = [
  'requestId',
  'apiKeyId',
  'at',
  'method',
  'path',
  'httpStatus',
  'code',
  'durationMs',
  'clientAddress',
] as const;

export type RequestRow = Pick<RequestLog, 'id' | (typeof LISTED)[number]>;

/** A store's requests, newest first. */
export const listRequests = (em: Em, storeId: string, filter: RequestFilter): Promise<RequestRow[]> => {
  const { code, text, apiKeyId, before, limit } = filter;
  const conditions: FilterQuery<RequestLog>[] = [{ storeId, at: { $gte: oldestKept() } }];
  if (code !== null) conditions.push({ code: codeCondition(code) });
  if (text !== null) conditions.push({ $or: [{ path: { $like: containing(text) } }, { requestId: text }] });
  if (apiKeyId !== null) conditions.push({ apiKeyId });
  if (before !== null) conditions.push({ id: { $lt: BigInt(before) } });
  return em.fork().find(RequestLog, { $and: conditions }, { orderBy: { id: 'desc' }, limit, fields: LISTED });
};

/** Code 0 is success. */
const codeCondition = (code: number | RequestOutcome): number | { $ne: number } =>
  code === 'ok' ? 0 : code === 'failed' ? { $ne: 0 } : code;

/** One request of a store; null when there is none, or it is too old. */
export const readRequest = (em: Em, storeId: string, id: string): Promise<RequestLog | null> =>
  em.fork().findOne(RequestLog, { storeId, id: BigInt(id), at: { $gte: oldestKept() } });

/** A day goes when its last moment is as old. */
const oldestKept = (): Date => new Date(Date.now() - REQUEST_LOG_DAYS * 86_400_000);

/**
 * Makes the partitions of the next days and drops those that are over. Safe to repeat and to run twice at once.
 * @returns how many were made or dropped; -1 when the table was in use for too long: the next call does it
 */
export const keepRequestLogDays = async (em: Em): Promise<number> => {
  const { rows } = await sqlOf({ em }).query<{ changed: number }>({
    name: 'request-log-days',
    text: 'select keep_request_log_days() as changed',
    values: [],
  });
  return rows[0]?.changed ?? 0;
};
