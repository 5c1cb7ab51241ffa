// What waits for the people of one store: money to decide on, refunds to sign, deliveries that fail, changes of where money goes.
import { sql } from 'kysely';
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { type IntentId, makeIntentId } from '#domain/ids.ts';
import type { Units } from '#domain/money.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { OPERATORS_KIND } from '#domain/review-outcomes.ts';
import { IntentStatus } from '#domain/status.ts';
import { TEST_EVENT_TYPES } from '#domain/webhook-body.ts';
import { countRows } from '../expressions.ts';
import { keepsItsPayment } from '../invoices/paid-again.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { listReviews } from '../reviews/review-queue.ts';
import { secondsAgo } from '../sql.ts';
import { listStrayMoney, type StrayRow } from '../stray-money/stray-list.ts';
import { listWaitingChanges, type WaitingChange } from './change-list.ts';

/** Of an order: what waits in one token. */
export interface WaitingMoney {
  intentId: IntentId;
  orderId: string | null;
  chainId: number;
  token: Address;
  coin: CoinId;
  amountUnits: Units;
  createdAt: Date;
}

export interface Attention {
  /** Oldest first, like all lists here. */
  reviews: (WaitingMoney & { kind: ReviewKind })[];
  strays: StrayRow[];
  /** Requested over the API, and not signed yet. */
  refunds: WaitingMoney[];
  /** Made by hand, removed by a reorganisation of the last 30 days, and not refunded again: the payer has nothing. */
  lostRefunds: WaitingMoney[];
  webhook: {
    /** Since when the receiver's 410 stops deliveries; null while they are on. */
    disabledAt: Date | null;
    /** Events of the last 30 days that nothing delivers by itself any more; 0 while no URL is set. Tests do not count. */
    failed: number;
    /** Events that were tried and are retried. */
    retried: number;
  };
  /** Endpoints that responded with 410, or whose last deliveries failed, in the last 30 days. */
  endpoints: number;
  changes: WaitingChange[];
  /** Invoices that more than one order of the last 30 days paid, until a refund has returned what is too much. */
  paidTwice: PaidTwice[];
}

export interface PaidTwice {
  invoiceId: string;
  number: string | null;
  /** Of the last payment. */
  paidAt: Date;
  /** The order that paid last, and its id of the invoice. */
  intentId: IntentId;
  orderId: string | null;
}

/** Failed deliveries that are older are history. */
const RECENT_SECONDS = 30 * 86_400;
/** Every page of the dashboard counts: an outage of a large shop must not make them slow. */
export const MOST_COUNTED = 1_000;

/** @param limit the most rows of each list */
export const readAttention = async (
  entityManager: Em,
  store: { id: string; merchantId: string },
  limit: number,
): Promise<Attention> => {
  const em = entityManager.fork();
  const [reviews, strays, refunds, lostRefunds, webhook, endpoints, changes, paidTwice] = await Promise.all([
    listReviews(em, { state: 'open', exceptKind: OPERATORS_KIND, storeId: store.id, limit }),
    listStrayMoney(em, { state: 'open', storeId: store.id, limit }),
    openRequests(em, store.id, limit),
    listLostRefunds(em, store.id, limit),
    webhookState(em, store.id),
    failingEndpoints(em, store.id),
    listWaitingChanges(em, store.merchantId),
    paidTwiceOf(em, store.id, limit),
  ]);
  const ofStore = changes.filter(({ storeId }) => storeId === null || storeId === store.id);
  return { reviews, strays, refunds, lostRefunds, webhook, endpoints, changes: ofStore, paidTwice };
};

/** Over the index of orders by source: ids begin with their time, so old orders are not read. */
const paidTwiceOf = async (em: Em, storeId: string, limit: number): Promise<PaidTwice[]> => {
  const oldest = makeIntentId(Date.now() / 1_000 - RECENT_SECONDS, new Uint8Array(8));
  const rows = await kyselyOf(em)
    .selectFrom('CheckoutIntent as i')
    .innerJoin('OrderSource as o', 'o.intent', 'i.id')
    .innerJoin('Invoice as v', 'v.id', 'o.invoice')
    .select(({ fn }) => ['v.id as invoiceId', 'v.number', fn.max('i.confirmedAt').as('paidAt')])
    .select([
      sql<IntentId>`(array_agg(i.id order by i.confirmed_at desc, i.id desc))[1]`.as('intentId'),
      sql<string | null>`(array_agg(i.order_id order by i.confirmed_at desc, i.id desc))[1]`.as('orderId'),
    ])
    .where('i.store', '=', storeId)
    .where('i.source', '=', OrderSourceKind.INVOICE)
    .where('i.id', '>=', oldest)
    .where('i.status', '=', IntentStatus.CONFIRMED)
    .where(keepsItsPayment)
    .groupBy(['v.id', 'v.number'])
    .having(countRows(), '>', 1)
    .orderBy('v.id')
    .limit(limit)
    .execute();
  return rows.map(({ paidAt, ...row }) => ({ ...row, paidAt: new Date(String(paidAt)) }));
};

const openRequests = (em: Em, storeId: string, limit: number) =>
  kyselyOf(em)
    .selectFrom('RefundRequest as q')
    .innerJoin('CheckoutIntent as i', 'i.id', 'q.intent')
    .select(['q.createdAt', 'i.id as intentId', 'i.orderId', 'q.chainId', 'q.token', 'q.coin', 'q.amountUnits'])
    .where('i.store', '=', storeId)
    .where('q.canceledAt', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('Refund as b').select('b.id').whereRef('b.request', '=', 'q.id').where('b.state', '<>', 'failed'),
        ),
      ),
    )
    .orderBy('q.createdAt')
    .orderBy('q.id')
    .limit(limit)
    .execute();

/** One of a request is left out: its request waits again. */
const listLostRefunds = (em: Em, storeId: string, limit: number) =>
  kyselyOf(em)
    .selectFrom('Refund as b')
    .innerJoin('CheckoutIntent as i', 'i.id', 'b.intent')
    .select([
      'b.removedAt as createdAt',
      'i.id as intentId',
      'i.orderId',
      'b.chainId',
      'b.token',
      'b.coin',
      'b.amountUnits',
    ])
    .where('i.store', '=', storeId)
    .where('b.state', '=', 'failed')
    .where('b.request', 'is', null)
    .where('b.removedAt', '>', secondsAgo(RECENT_SECONDS))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('Refund as again')
            .select('again.id')
            .whereRef('again.intent', '=', 'b.intent')
            .whereRef('again.chainId', '=', 'b.chainId')
            .whereRef('again.token', '=', 'b.token')
            .whereRef('again.payerAddress', '=', 'b.payerAddress')
            .whereRef('again.id', '>', 'b.id')
            .where('again.state', '<>', 'failed'),
        ),
      ),
    )
    .orderBy('b.removedAt')
    .orderBy('b.id')
    .limit(limit)
    .$narrowType<{ createdAt: Date }>()
    .execute();

const webhookState = async (em: Em, storeId: string): Promise<Attention['webhook']> => {
  const row = await kyselyOf(em)
    .selectFrom('Store as s')
    .select('s.webhookDisabledAt as disabledAt')
    .select(({ selectFrom }) => [
      selectFrom(
        selectFrom('WebhookEvent as e')
          .select('e.id')
          .whereRef('e.store', '=', 's.id')
          // A store without a URL sells by links, invoices or by hand: nothing of it waits to be delivered.
          .where('s.webhookUrl', 'is not', null)
          .where('e.state', 'in', ['failed', 'disabled'])
          .where('e.eventType', 'not in', TEST_EVENT_TYPES)
          .where('e.createdAt', '>', secondsAgo(RECENT_SECONDS))
          .limit(MOST_COUNTED)
          .as('f'),
      )
        .select(countRows().as('n'))
        .as('failed'),
      selectFrom(
        selectFrom('WebhookEvent as e')
          .select('e.id')
          .whereRef('e.store', '=', 's.id')
          .where('e.state', '=', 'pending')
          .where('e.eventType', 'not in', TEST_EVENT_TYPES)
          .where(({ exists, selectFrom: from }) =>
            exists(from('WebhookAttempt as a').select('a.id').whereRef('a.event', '=', 'e.id')),
          )
          .limit(MOST_COUNTED)
          .as('r'),
      )
        .select(countRows().as('n'))
        .as('retried'),
    ])
    .where('s.id', '=', storeId)
    .executeTakeFirst();
  return { disabledAt: row?.disabledAt ?? null, failed: row?.failed ?? 0, retried: row?.retried ?? 0 };
};

const failingEndpoints = async (em: Em, storeId: string): Promise<number> => {
  const row = await kyselyOf(em)
    .selectFrom('WebhookEndpoint as w')
    .select(countRows().as('n'))
    .where('w.store', '=', storeId)
    .where('w.deletedAt', 'is', null)
    .where(({ or, eb, and, exists, selectFrom }) =>
      or([
        eb('w.goneAt', 'is not', null),
        and([
          eb('w.enabled', '=', true),
          exists(
            selectFrom('EndpointDelivery as d')
              .select('d.id')
              .whereRef('d.endpoint', '=', 'w.id')
              .where('d.state', '=', 'failed')
              // Who sends a test sees how it ends.
              .where('d.event', 'is not', null)
              .where('d.createdAt', '>', secondsAgo(RECENT_SECONDS))
              .where(({ not, exists: some, selectFrom: from }) =>
                not(
                  some(
                    from('EndpointDelivery as l')
                      .select('l.id')
                      .whereRef('l.endpoint', '=', 'w.id')
                      .whereRef('l.createdAt', '>', 'd.createdAt')
                      .where('l.state', '=', 'delivered'),
                  ),
                ),
              ),
          ),
        ]),
      ]),
    )
    .executeTakeFirst();
  return row?.n ?? 0;
};
