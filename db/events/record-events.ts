// Writes events of orders in the transaction that causes them. Events of a confirmed payment are written by a trigger on its webhook
// (migration 0031), so that workers of an older release write them too.
import type { IntentId } from '#domain/ids.ts';
import { centsOf } from '#domain/money.ts';
import {
  NOTICE_EVENTS,
  type Notice,
  type NoticeEventType,
  noticeBody,
  type OrderEventType,
} from '#domain/order-events.ts';
import { isCounted, receivedBy } from '#domain/received-money.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { REFUND_REMOVED_EVENT, REFUNDED_EVENT } from '#domain/webhook-body.ts';
import { deliveriesQueued, isOwnWorkflow } from '../delivery/delivery-sql.ts';
import type { Writer } from '../delivery/queue-emails.ts';
import { type ReceivedMoney, readReceivedMoneyOf } from '../intents/received-money.ts';
import type { Sql } from '../pool.ts';
import { withEventIds } from './event-ids.ts';

export interface NewNotice {
  intentId: IntentId;
  eventType: NoticeEventType;
  /** The transfer that it is about. */
  transferId: string | null;
  review: ReviewKind | null;
}

export type TransferNotice = NewNotice & { transferId: string };

/** `makeId('whd')` in SQL. */
const NEW_DELIVERY_ID = `'whd_' || replace(gen_random_uuid()::text, '-', '')`;

/** Events about transfers: what a stranger can cause, by sending money. Each list has a limit of its own for each order. */
const LIMITED: readonly (readonly NoticeEventType[])[] = [
  [NOTICE_EVENTS.seen, NOTICE_EVENTS.short, NOTICE_EVENTS.removed],
  [NOTICE_EVENTS.late, NOTICE_EVENTS.review],
];
/** Events of each of those lists. Two watchers at the same time may pass it by what they write at once. */
export const NOTICES_PER_ORDER = 100;

interface Facts
  extends Pick<Notice, 'currency' | 'coin' | 'paymentMethodType' | 'orderId' | 'userId' | 'userName' | 'extraJson'> {
  /** How many events it has, by type. */
  written: Partial<Record<NoticeEventType, number>>;
  id: IntentId;
  storeId: string;
  amountCents: string;
}

const FACTS = {
  name: 'event-facts',
  text: `select id, store_id as "storeId", amount_cents::text as "amountCents", currency, stable_coin as coin,
      payment_method_type as "paymentMethodType", order_id as "orderId", user_id as "userId", user_name as "userName", extra as "extraJson",
      (select coalesce(json_object_agg(e.event_type, e.count), '{}') from (
        select event_type, count(*)::int as count from order_event where intent_id = i.id group by event_type) e) as written
    from checkout_intent i where id = any($1::text[])`,
};

export interface NewOrderEvent {
  /** `evt_…` */
  id: string;
  storeId: string;
  intentId: IntentId;
  eventType: OrderEventType;
  /** The exact text. */
  body: string;
}

const INSERT = {
  name: 'event-insert',
  text: `
    with written as (
      insert into order_event (id, store_id, intent_id, event_type, body)
      select e.id, e.store_id, e.intent_id, e.event_type, e.body
      from rows from (jsonb_to_recordset($1::jsonb) as (id text, store_id text, intent_id text, event_type text, body text))
        with ordinality as e(id, store_id, intent_id, event_type, body, ordinal)
      order by e.ordinal
      returning id, store_id, intent_id, event_type),
    due as (
      insert into endpoint_delivery (id, event_id, endpoint_id, intent_id, own_workflow)
      select ${NEW_DELIVERY_ID}, e.id, w.id, e.intent_id, ${isOwnWorkflow('e.intent_id')}
      from written e join webhook_endpoint w on w.store_id = e.store_id and w.enabled and w.deleted_at is null
        and (e.event_type = any(w.event_types) or e.event_type = '${REFUND_REMOVED_EVENT}' and '${REFUNDED_EVENT}' = any(w.event_types))
      returning id, intent_id, own_workflow)
    ${deliveriesQueued({ source: 'due', start: 'start_webhook', data: "'{}'::jsonb", wakes: '$2' })}`,
};

/**
 * Writes events whose bodies are known, and what is due to the endpoints that ask for them.
 * @param by the order's workflow reads what is due after it has written; anything else wakes it
 */
export const insertEvents = async (sql: Sql, events: readonly NewOrderEvent[], by: Writer = 'other'): Promise<void> => {
  if (events.length === 0) return;
  const rows = events.map(({ id, storeId, intentId, eventType, body }) => ({
    id,
    store_id: storeId,
    intent_id: intentId,
    event_type: eventType,
    body,
  }));
  await sql.query({ ...INSERT, values: [JSON.stringify(rows), by !== 'workflow'] });
};

/** Whether an order may have one more event of this type; counts it. */
const takesPlace = ({ written }: Facts, eventType: NoticeEventType): boolean => {
  const limited = LIMITED.find((types) => types.includes(eventType)) ?? [];
  const count = limited.reduce((sum, type) => sum + (written[type] ?? 0), 0);
  if (count >= NOTICES_PER_ORDER) return false;
  written[eventType] = (written[eventType] ?? 0) + 1;
  return true;
};

/**
 * Writes notices with the state of their orders in this transaction, except those of transfers above the limit of their order. Call it
 * after what they tell is written.
 */
export const recordNotices = async (sql: Sql, notices: readonly NewNotice[], by: Writer = 'other'): Promise<void> => {
  if (notices.length === 0) return;
  await writeNotices(sql, notices, await readMoneyOf(sql, notices), by);
};

/** The same for notices of transfers that a watcher saw: orders that still lack a part of their price after them get `short` too. */
export const recordTransferNotices = async (sql: Sql, notices: readonly TransferNotice[]): Promise<void> => {
  if (notices.length === 0) return;
  const money = await readMoneyOf(sql, notices);
  const seen = notices.filter(({ eventType }) => eventType === NOTICE_EVENTS.seen);
  await writeNotices(sql, [...notices, ...shortAfter(money, seen)], money, 'other');
};

type Money = ReadonlyMap<IntentId, ReceivedMoney>;

const readMoneyOf = (sql: Sql, notices: readonly NewNotice[]): Promise<Money> =>
  readReceivedMoneyOf(sql, [...new Set(notices.map(({ intentId }) => intentId))]);

const writeNotices = async (sql: Sql, notices: readonly NewNotice[], money: Money, by: Writer): Promise<void> => {
  const { rows } = await sql.query<Facts>({ ...FACTS, values: [[...money.keys()]] });
  const facts = new Map(rows.map((row) => [row.id, row]));
  const events = notices.flatMap((notice) => {
    const [of, received] = [facts.get(notice.intentId), money.get(notice.intentId)];
    if (!of || !received || !takesPlace(of, notice.eventType)) return [];
    const { id, storeId, amountCents, written, ...members } = of;
    const { order, transfers } = received;
    const { countedUnits, missingUnits } = receivedBy(order, transfers, Date.now());
    const about: Notice = {
      ...members,
      intentId: id,
      amountCents: centsOf(amountCents),
      eventType: notice.eventType,
      status: order.status,
      amountUnits: order.requiredUnits,
      receivedUnits: countedUnits,
      missingUnits,
      transfer: transfers.find((transfer) => transfer.id === notice.transferId) ?? null,
      review: notice.review,
    };
    const { eventType } = notice;
    const { eventId, body } = withEventIds(
      (event, transaction) => noticeBody(event, transaction, about),
      written[eventType],
    );
    return { id: eventId, storeId, intentId: id, eventType, body };
  });
  await insertEvents(sql, events, by);
};

/** Which orders still lack a part of their price, each with the last of these transfers that counts. */
const shortAfter = (money: Money, seen: readonly TransferNotice[]): NewNotice[] =>
  [...money].flatMap(([intentId, { order, transfers }]) => {
    if (!receivedBy(order, transfers, Date.now()).isOpen) return [];
    const counted = transfers.filter((transfer) => isCounted(order, transfer)).map(({ id }) => id);
    const last = seen.findLast((one) => one.intentId === intentId && counted.includes(one.transferId));
    return last ? [{ ...last, eventType: NOTICE_EVENTS.short }] : [];
  });
