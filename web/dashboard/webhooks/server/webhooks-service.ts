// Webhooks for a store's members: events with their attempts, and deliveries on demand.

import { enableWebhook, requestRedelivery, resendFailedSince, sendTestEvent } from '#db/delivery/webhook-actions.ts';
import {
  countWebhookEvents,
  listWebhookEvents,
  readFailedWebhooks,
  readWebhookEvent,
  type WebhookListRow,
} from '#db/delivery/webhook-list.ts';
import type { WebhookEvent } from '#db/entities/delivery.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import { isIdOf } from '#domain/ids.ts';
import { instantOf, localInput } from '#domain/local-time.ts';
import { isTestEvent } from '#domain/webhook-body.ts';
import type { DeliveryState } from '#domain/webhook-response.ts';
import { PAGE_ROWS, pageOf } from '#web/http/list-pages.ts';
import type { WebhookRowView, WebhooksService, WebhookView } from './webhooks-types.ts';

const DAY_MS = 24 * 3_600_000;

export const createWebhooksService = ({ orm }: { orm: Orm }): WebhooksService => ({
  async receiver(storeId) {
    const { webhookUrl, webhookDisabledAt } = await orm.em.fork().findOneOrFail(Store, storeId);
    return { url: webhookUrl ?? null, disabledAt: webhookDisabledAt?.toISOString() ?? null };
  },
  async list(storeId, state, after) {
    const [found, counts, failed] = await Promise.all([
      listWebhookEvents(orm.em, storeId, { state, after: eventId(after), limit: PAGE_ROWS + 1 }),
      countWebhookEvents(orm.em, storeId),
      readFailedWebhooks(orm.em, storeId),
    ]);
    const { rows, next } = pageOf(found, ({ id }) => id);
    return {
      rows: rows.map(rowOf),
      older: next,
      counts,
      failed: failed.oldest && { count: failed.count, oldest: failed.oldest.toISOString() },
    };
  },
  async event(storeId, id) {
    const found = eventId(id) && (await readWebhookEvent(orm.em, storeId, id));
    if (!found) return null;
    const { event, attempts } = found;
    return {
      ...headOf(event),
      body: event.body,
      attempts: attempts.map(
        ({ startedAt, url, durationMs, responseStatus, error, requestHeaders, responseExcerpt }) => ({
          at: startedAt.toISOString(),
          url,
          ms: durationMs,
          status: responseStatus ?? null,
          error: error ?? null,
          headers: Object.entries(requestHeaders),
          response: responseExcerpt ?? null,
        }),
      ),
    };
  },
  sendTest: ({ store, actor }) => sendTestEvent(orm.em, store.id, actor),
  resend: ({ store, actor }, id) => requestRedelivery(orm.em, id, { storeId: store.id, actor }),
  async resendFailed({ store, actor }, since) {
    const instant = instantOf(since, store.timeZone);
    if (!instant) throw new UserError('invalid_since', 'since: must be a date and a time');
    return await resendFailedSince(orm.em, store.id, instant, actor);
  },
  enable: ({ store, actor }) => enableWebhook(orm.em, store.id, actor),
  resendFrom(timeZone, oldest) {
    const dayAgo = new Date(Date.now() - DAY_MS).toISOString();
    return localInput(oldest && oldest < dayAgo ? oldest : dayAgo, timeZone);
  },
});

const eventId = (text: string | null): string | null => (text && isIdOf('evt', text) ? text : null);

const iso = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;

const rowOf = (row: WebhookListRow): WebhookRowView => ({
  id: row.id,
  isTest: isTestEvent(row.eventType),
  eventType: row.eventType,
  state: row.state,
  intentId: row.intentId,
  orderId: row.orderId,
  createdAt: row.createdAt.toISOString(),
  nextAttemptAt: iso(row.nextAttemptAt),
  attempts: row.attempts,
  last: row.lastAt && {
    at: row.lastAt.toISOString(),
    status: row.lastStatus,
    error: row.lastError,
    ms: row.lastMs ?? 0,
  },
});

const headOf = (event: WebhookEvent): Omit<WebhookView, 'body' | 'attempts'> => ({
  id: event.id,
  isTest: isTestEvent(event.eventType),
  eventType: event.eventType,
  state: event.state satisfies DeliveryState,
  intentId: event.intent?.id ?? null,
  orderId: event.intent?.orderId ?? null,
  createdAt: event.createdAt.toISOString(),
  deliveredAt: iso(event.deliveredAt),
  nextAttemptAt: iso(event.nextAttemptAt),
});
