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
      and e.event_id is not null and w.deleted_at is null and (w.enabled or w.gone_at is not null)
  ),
  receiver as (
    select store_id, endpoint_id, url, disabled_at, min(first_at) as failing_since, min(next_attempt_at) as next_try_at,
      (count(*) filter (where state = 'pending'))::int as waiting,
      (count(*) filter (where state <> 'pending'))::int as given_up,
      (array_agg(response_status order by started_at desc))[1] as last_status,
      (array_agg(error order by started_at desc))[1] as last_error
    from undelivered group by store_id, endpoint_id, url, disabled_at
  )
  select r.store_id as "storeId", s.name as "storeName", s.is_test as "storeIsTest", m.id as "merchantId", m.name as "merchantName",
    r.endpoint_id as "endpointId", r.url, r.disabled_at as "disabledAt", r.failing_since as "failingSince", r.waiting,
    r.given_up as "givenUp", r.next_try_at as "nextTryAt", r.last_status as "lastStatus", r.last_error as "lastError"
  from receiver r join store s on s.id = r.store_id join merchant m on m.id = s.merchant_id
  order by r.failing_since, r.store_id, r.endpoint_id nulls first limit :limit`,
);

/**
 * Receivers with events of the last 30 days that were tried at their present URL and are not delivered; those that fail longest come
 * first. Test events do not count, nor do endpoints that were stopped or deleted.
 */
export const listFailingReceivers = async (em: Em, limit: number): Promise<FailingReceiver[]> => {
  const { rows } = await sqlOf({ em }).query<FailingReceiver>(FAILING({ tests: TEST_EVENT_TYPES, limit }));
  return rows;
};
