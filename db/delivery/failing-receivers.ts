// Webhook receivers that fail, as the console lists them: stores' webhook URLs, and webhook endpoints.
import { TEST_EVENT_TYPES } from '#domain/webhook-body.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { statement } from '../sql.ts';

export interface FailingReceiver {
  storeId: string;
  storeName: string;
  storeIsTest: boolean;
  merchantId: string;
  merchantName: string;
  /** Null: the store's webhook URL. */
  endpointId: string | null;
  url: string;
  /** When it responded with 410: nothing is sent until the store switches it on again. */
  disabledAt: Date | null;
  /** The first attempt at this URL of what is not delivered. */
  failingSince: Date;
  /** Events that are tried again. */
  waiting: number;
  /** Events that are not. */
  givenUp: number;
  nextTryAt: Date | null;
  /** Of the last attempt; null: no response. */
  lastStatus: number | null;
  lastError: string | null;
}

interface Row {
  store_id: string;
  store_name: string;
  store_is_test: boolean;
  merchant_id: string;
  merchant_name: string;
  endpoint_id: string | null;
  url: string;
  disabled_at: Date | null;
  failing_since: Date;
  waiting: number;
  given_up: number;
  next_try_at: Date | null;
  last_status: number | null;
  last_error: string | null;
}

/** What the newest attempt met, where it was sent to the URL that is set now: what an older URL did says nothing about this one. */
const lastAttemptAt = (url: string, table: string, of: string) => `
    cross join lateral (
      select a.url, a.started_at, a.response_status, a.error from ${table} a where a.${of} = e.id order by a.id desc limit 1
    ) last
    cross join lateral (select min(a.started_at) as first_at from ${table} a where a.${of} = e.id and a.url = ${url}) tried
    where e.created_at > now() - interval '30 days' and e.state <> 'delivered' and last.url = ${url}`;

const FAILING = statement<{ tests: readonly string[]; limit: number }>(
  'failing-receivers',
  `
  with undelivered as (
    select s.id as store_id, null as endpoint_id, s.webhook_url as url, s.webhook_disabled_at as disabled_at,
      e.state, e.next_attempt_at, tried.first_at, last.started_at, last.response_status, last.error
    from webhook_event e join store s on s.id = e.store_id
    ${lastAttemptAt('s.webhook_url', 'webhook_attempt', 'event_id')} and e.event_type <> all(:tests::text[])
    union all
    select w.store_id, w.id, w.url, w.gone_at,
      e.state, e.next_attempt_at, tried.first_at, last.started_at, last.response_status, last.error
    from endpoint_delivery e join webhook_endpoint w on w.id = e.endpoint_id
    ${lastAttemptAt('w.url', 'endpoint_attempt', 'delivery_id')}
      and w.deleted_at is null and (w.enabled or w.gone_at is not null)
  ),
  receiver as (
    select store_id, endpoint_id, url, disabled_at, min(first_at) as failing_since, min(next_attempt_at) as next_try_at,
      (count(*) filter (where state = 'pending'))::int as waiting,
      (count(*) filter (where state <> 'pending'))::int as given_up,
      (array_agg(response_status order by started_at desc))[1] as last_status,
      (array_agg(error order by started_at desc))[1] as last_error
    from undelivered group by store_id, endpoint_id, url, disabled_at
  )
  select r.*, s.name as store_name, s.is_test as store_is_test, m.id as merchant_id, m.name as merchant_name
  from receiver r join store s on s.id = r.store_id join merchant m on m.id = s.merchant_id
  order by r.failing_since, r.store_id, r.endpoint_id nulls first limit :limit`,
);

/**
 * Receivers with events of the last 30 days that were tried at their present URL and are not delivered; those that fail longest come
 * first. Test events do not count, nor do endpoints that were stopped or deleted.
 */
export const listFailingReceivers = async (em: Em, limit: number): Promise<FailingReceiver[]> => {
  const { rows } = await sqlOf({ em }).query<Row>(FAILING({ tests: TEST_EVENT_TYPES, limit }));
  return rows.map((row) => ({
    storeId: row.store_id,
    storeName: row.store_name,
    storeIsTest: row.store_is_test,
    merchantId: row.merchant_id,
    merchantName: row.merchant_name,
    endpointId: row.endpoint_id,
    url: row.url,
    disabledAt: row.disabled_at,
    failingSince: row.failing_since,
    waiting: row.waiting,
    givenUp: row.given_up,
    nextTryAt: row.next_try_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
  }));
};
