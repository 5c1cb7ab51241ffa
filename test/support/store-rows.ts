// One row of everything that a page of a store can show or change, for walks over all routes.
import { randomBytes } from 'node:crypto';
import { RequestLog } from '#db/entities/merchant-people.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { createInvoice } from '#db/invoices/invoices.ts';
import { createLink } from '#db/links/payment-links.ts';
import { inviteMember } from '#db/merchants/invitations.ts';
import type { Orm } from '#db/orm.ts';
import { readReportFigures, totalsOf } from '#db/reports/report-figures.ts';
import { keepReport } from '#db/reports/reports.ts';
import type { Day } from '#domain/local-days.ts';
import { centsOf } from '#domain/money.ts';
import { REPORT_FORMAT_OF_STYLE } from '#domain/report-csv.ts';
import { reportPeriod } from '#domain/report-periods.ts';

/** Ids that a route's path or form can name. */
export interface StoreIds {
  storeId: string;
  merchantId: string;
  /** Of an order. */
  id: string;
  keyId: string;
  eventId: string;
  /** Of a webhook endpoint, and of what was sent there. */
  endpointId: string;
  deliveryId: string;
  requestId: string;
  reviewId: string;
  memberId: string;
  invitationId: string;
  sessionId: string;
  reportId: string;
  linkId: string;
  /** A draft. */
  invoiceId: string;
}

export interface StoreRows {
  storeId: string;
  keyId: string;
  /** The order of the webhook. */
  id: string;
  /** The money to review, and its order. */
  late: { intentId: string; transferId: string };
  owner: { userId: string; email: string };
  member: { userId: string };
  /** In every text: a page that shows it has read the store. */
  mark: string;
  publicUrl: string;
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

export const addStoreRows = async (orm: Orm, rows: StoreRows): Promise<StoreIds> => {
  const { storeId, keyId, id, late, owner, member, mark, publicUrl } = rows;
  const em = orm.em.fork();
  const { merchant } = await em.findOneOrFail(Store, storeId);
  const merchantId = merchant.id;
  const [review] = await em.execute<{ id: string }[]>(
    `insert into review_item (intent_id, transfer_id, kind, found) values (?, ?, 'late', '{}') returning id::text`,
    [late.intentId, late.transferId],
  );
  const eventId = `evt_${hex(16)}`;
  await em.execute(
    `insert into webhook_event (id, transaction_id, store_id, intent_id, event_type, body, state) values (?, ?, ?, ?, 'walk', ?, 'failed')`,
    [eventId, `txn_${hex(16)}`, storeId, id, JSON.stringify({ order: mark })],
  );
  const endpoint = await addEndpoint(orm, storeId, id, mark);
  const log = em.create(RequestLog, {
    ...{ requestId: `req_${hex(16)}`, storeId, apiKeyId: keyId, at: new Date(), method: 'GET' },
    ...{ path: `/v1/${mark}`, httpStatus: 200, code: 0, durationMs: 1, clientAddress: '127.0.0.1' },
    ...{ requestHeaders: {}, requestBody: mark, responseBody: mark },
  } as never) as RequestLog;
  await em.flush();
  const actor = { kind: 'member' as const, id: owner.userId, email: owner.email };
  const invited = { merchantId, email: `invited-${hex(4)}@${mark}.example`, role: 'viewer' as const, actor };
  await inviteMember(orm.em, { ...invited, publicUrl });
  const [invitation] = await em.execute<{ id: string }[]>(
    'select id::text from invitation where merchant_id = ? order by id desc limit 1',
    [merchantId],
  );
  const [session] = await em.execute<{ id: string }[]>('select id from auth.session where "userId" = ?', [
    owner.userId,
  ]);
  const totals = totalsOf(await readReportFigures(orm.em, storeId, new Date(0), new Date()), null);
  const period = reportPeriod('daily', '2026-01-01', 'UTC');
  const csv = { sha256: '0'.repeat(64), bytes: 0, format: REPORT_FORMAT_OF_STYLE.comma };
  const reportId = await keepReport(orm.em, { storeId, period, timeZone: 'UTC', totals, csv }, null);
  const price = { currency: null, stableCoin: 1 as const };
  const { id: linkId } = await createLink(
    orm.em,
    storeId,
    {
      slug: `walk-${hex(4)}`,
      values: {
        ...{ ...price, amountCents: centsOf(500), minCents: null, maxCents: null, maxQuantity: 1, stock: null },
        ...{ expiresAt: null, redirectUrl: null, language: 'en', texts: { en: { title: mark, description: mark } } },
      },
    },
    actor,
  );
  const invoiceId = await createInvoice(
    orm.em,
    storeId,
    {
      ...{ ...price, language: 'en', customerName: mark, customerEmail: null, customerAddress: mark, memo: mark },
      ...{ dueDay: '2030-01-01' as Day, remindBeforeDays: null, remindOnDueDay: false, remindAfterDays: null },
      lines: [{ description: mark, quantity: 1, unitCents: centsOf(500) }],
    },
    actor,
  );
  return {
    ...{ linkId, invoiceId },
    ...{ storeId, merchantId, id, keyId, eventId, requestId: String(log.id), ...endpoint },
    ...{ reviewId: review?.id ?? '', memberId: member.userId, invitationId: invitation?.id ?? '' },
    ...{ sessionId: session?.id ?? '', reportId: reportId ?? '' },
  };
};

/** An endpoint with a delivery that failed. */
const addEndpoint = async (
  orm: Orm,
  storeId: string,
  intentId: string,
  mark: string,
): Promise<{ endpointId: string; deliveryId: string }> => {
  const em = orm.em.fork();
  const [endpointId, deliveryId, eventId] = [`whe_${hex(16)}`, `whd_${hex(16)}`, `evt_${hex(16)}`];
  await em.execute(
    `insert into webhook_endpoint (id, store_id, url, description, sealed_secret, event_types)
     values (?, ?, ?, ?, 'never opened here', '{checkout_intent.short}')`,
    [endpointId, storeId, `https://${mark}.example/hooks`, mark],
  );
  await em.execute(
    `insert into order_event (id, store_id, intent_id, event_type, body) values (?, ?, ?, 'checkout_intent.short', ?)`,
    [eventId, storeId, intentId, JSON.stringify({ order: mark })],
  );
  await em.execute(
    `insert into endpoint_delivery (id, event_id, endpoint_id, intent_id, state, own_workflow) values (?, ?, ?, ?, 'failed', true)`,
    [deliveryId, eventId, endpointId, intentId],
  );
  await em.execute(
    `insert into endpoint_attempt (delivery_id, attempt_key, url, started_at, duration_ms, response_status, response_excerpt, error)
     values (?, 'one', ?, now(), 12, 503, ?, 'the receiver responded with 503')`,
    [deliveryId, `https://${mark}.example/hooks`, mark],
  );
  return { endpointId, deliveryId };
};
