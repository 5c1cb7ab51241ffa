// How a store's receivers do: the last attempt at each, and since when it fails. For the store's webhook URL and its endpoints.
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { statement } from '../sql.ts';

export interface ReceiverHealth {
  /** Null: the store's webhook URL. */
  endpointId: string | null;
  /** Of the last attempt at the present URL, test events included. */
  lastAt: Date;
  /** Null: no response. */
  lastStatus: number | null;
  lastError: string | null;
  /** The first attempt since the last accepted one; null when that is the last of all. */
  failingSince: Date | null;
}

/** Deliveries of each receiver that are looked at, newest first. One that fails for longer fails since the oldest of them. */
const LOOKED_AT = 100;

// 2xx, or 409: isAcceptance of domain/webhook-response.ts. What an older URL responded says nothing about this one.
const attemptsAt = (url: string, deliveries: string, attempts: string, of: string): string => `
    cross join lateral (${deliveries} order by created_at desc, id desc limit ${LOOKED_AT}) d
    join ${attempts} a on a.${of} = d.id and a.url = ${url}`;

const HEALTH = statement<{ storeId: string }>(
  'receiver-health',
  `
  with tried as (
    select '' as receiver, a.id, a.started_at, a.response_status, a.error from store s
    ${attemptsAt('s.webhook_url', 'select id from webhook_event where store_id = s.id', 'webhook_attempt', 'event_id')}
    where s.id = :storeId
    union all
    select w.id, a.id, a.started_at, a.response_status, a.error from webhook_endpoint w
    ${attemptsAt('w.url', 'select id from endpoint_delivery where endpoint_id = w.id', 'endpoint_attempt', 'delivery_id')}
    where w.store_id = :storeId and w.deleted_at is null),
  judged as (select *, coalesce(response_status between 200 and 299 or response_status = 409, false) as accepted from tried),
  accepted as (select receiver, max(id) as id from judged where accepted group by receiver),
  failing as (
    select j.receiver, min(j.started_at) as since from judged j left join accepted g using (receiver)
    where j.id > coalesce(g.id, 0) group by j.receiver)
  select distinct on (j.receiver) nullif(j.receiver, '') as "endpointId", j.started_at as "lastAt", j.response_status as "lastStatus",
    j.error as "lastError", f.since as "failingSince"
  from judged j left join failing f using (receiver)
  order by j.receiver, j.id desc`,
);

/** Of every receiver that was tried at its present URL. Deleted endpoints have none. */
export const readReceiverHealth = async (em: Em, storeId: string): Promise<ReceiverHealth[]> =>
  (await sqlOf({ em }).query<ReceiverHealth>(HEALTH({ storeId }))).rows;
