// The request log: what a merchant's developers sent to the Open API in the last seven days. Written in batches
// behind the answers; the worker's reconciler removes what is older.
import type { Em } from '../orm.ts';
import { type Sql, sqlOf } from '../pool.ts';

export const REQUEST_LOG_DAYS = 7;

export interface LoggedRequest {
  requestId: string;
  storeId: string;
  apiKeyId: string;
  at: Date;
  method: string;
  /** Path and query as sent. */
  path: string;
  httpStatus: number;
  /** The envelope's. */
  code: number;
  durationMs: number;
  clientAddress: string;
  /** With the signature masked. */
  requestHeaders: Record<string, string>;
  requestBody: string;
  responseBody: string;
}

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
  /** The envelope's code, or all failures; null for everything. */
  code: number | RequestOutcome | null;
  /** A part of the path, or a whole request id. */
  text: string | null;
  apiKeyId: string | null;
  /** Requests before this one; null for the newest. */
  before: string | null;
  limit: number;
}

export interface RequestRow extends Omit<LoggedRequest, 'requestHeaders' | 'requestBody' | 'responseBody' | 'storeId'> {
  id: string;
}

const ROW = `id::text, request_id as "requestId", api_key_id as "apiKeyId", at, method, path, http_status as "httpStatus", code,
  duration_ms as "durationMs", client_address as "clientAddress"`;

/** A store's requests, newest first. The order names the table: `id` alone would be the selected text, and sort as one. */
export const listRequests = async (em: Em, storeId: string, filter: RequestFilter): Promise<RequestRow[]> => {
  const { code, text, apiKeyId, before, limit } = filter;
  const { rows } = await sqlOf({ em }).query<RequestRow>({
    name: 'request-log-list',
    text: `select ${ROW} from request_log
      where store_id = $1 and at >= now() - make_interval(days => $2)
        and ($3::int is null or code = $3) and ($4::boolean is null or (code = 0) = $4)
        and ($5::text is null or strpos(path, $5) > 0 or request_id = $5) and ($6::text is null or api_key_id = $6)
        and ($7::bigint is null or id < $7)
      order by request_log.id desc limit $8`,
    values: [
      ...[storeId, REQUEST_LOG_DAYS, typeof code === 'number' ? code : null],
      ...[typeof code === 'string' ? code === 'ok' : null, text, apiKeyId, before, limit],
    ],
  });
  return rows.map(withDate);
};

/** The bare pool gives times as text. */
const withDate = <Row extends { at: Date }>(row: Row): Row => ({ ...row, at: new Date(row.at) });

/** One request of a store; null when there is none (any more). */
export const readRequest = async (
  em: Em,
  storeId: string,
  id: string,
): Promise<(RequestRow & LoggedRequest) | null> => {
  const { rows } = await sqlOf({ em }).query<RequestRow & LoggedRequest>({
    name: 'request-log-read',
    text: `select ${ROW}, store_id as "storeId", request_headers as "requestHeaders", request_body as "requestBody",
        response_body as "responseBody"
      from request_log where store_id = $1 and id = $2::bigint and at >= now() - make_interval(days => $3)`,
    values: [storeId, id, REQUEST_LOG_DAYS],
  });
  return rows[0] ? withDate(rows[0]) : null;
};
