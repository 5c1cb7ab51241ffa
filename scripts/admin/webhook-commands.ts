// `webhook list|redeliver`: webhook events and their delivery attempts.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { requestRedelivery } from '#db/delivery/webhook-actions.ts';
import { WebhookAttempt, WebhookEvent } from '#db/entities/delivery.entity.ts';
import { UserError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { DELIVERY_STATES, type DeliveryState } from '#domain/webhook-response.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';
import { isoOrNull, table } from './format.ts';

export const addWebhookCommands = (program: Command): void => {
  const webhook = program.command('webhook').description('webhook events and their delivery attempts');
  addList(webhook);
  addRedeliver(webhook);
};

const addList = (webhook: Command): void => {
  const list = webhook
    .command('list')
    .description('events, newest first, with the last attempt')
    .option('--store <store-id>', 'only events of this store')
    .option('--intent <intent-id>', 'only events of this intent')
    .addOption(new Option('--state <state>', 'only this state').choices(DELIVERY_STATES))
    .addOption(new Option('--limit <n>', 'maximum number of rows').default(50).argParser(asLimit));
  action(list, async (options) => {
    const { store, intent, state, limit } = options as {
      store?: string;
      intent?: string;
      state?: DeliveryState;
      limit: number;
    };
    return await withDatabase(systemEnvironment(), async (em) => {
      const where = {
        // An id as the operator typed it: a plain string, not a branded IntentId.
        ...(store ? { store } : {}),
        ...(intent ? { intent: intent as never } : {}),
        ...(state ? { state } : {}),
      };
      const events = await em.find(WebhookEvent, where, { orderBy: { createdAt: 'desc', id: 'desc' }, limit });
      const attempts = await em.find(
        WebhookAttempt,
        { event: { $in: events.map(({ id }) => id) } },
        { orderBy: { id: 'asc' } },
      );
      const described = events.map((event) =>
        describeEvent(
          event,
          attempts.filter((attempt) => attempt.event.id === event.id),
        ),
      );
      return {
        json: described,
        lines: table(
          ['webhook', 'intent', 'state', 'attempts', 'last response', 'next attempt', 'created'],
          described.map((event) => {
            const last = event.attempts.at(-1);
            return [
              event.webhook_id,
              event.all_scale_checkout_intent_id ?? '-',
              event.state,
              String(event.attempts.length),
              last ? String(last.response_status ?? last.error ?? '-') : '-',
              event.next_attempt_at ?? '-',
              event.created_at,
            ];
          }),
        ),
      };
    });
  });
};

const addRedeliver = (webhook: Command): void => {
  const again = webhook
    .command('redeliver')
    .argument('[id]', 'a webhook (evt_…), or an intent for its webhook')
    .description('deliver an event now, in any state; or all events of a store since a time')
    .option('--store <store-id>', 'all events of this store, with --since')
    .addOption(
      new Option('--since <time>', 'created at or after this time, for example 2026-01-31T00:00Z').argParser(asTime),
    );
  action(again, async (options, id: string | undefined) => {
    const { store, since } = options as { store?: string; since?: Date };
    if ((id === undefined) === (store === undefined) || (store === undefined) !== (since === undefined)) {
      throw new UserError('bad_usage', 'give either an id, or --store and --since');
    }
    const ids = await withDatabase(systemEnvironment(), async (em) => {
      const where = id === undefined ? { store: store as string, createdAt: { $gte: since as Date } } : whereId(id);
      const events = await em.find(WebhookEvent, where, { orderBy: { createdAt: 'asc', id: 'asc' } });
      if (events.length === 0 && id !== undefined) {
        throw new UserError('webhook_not_found', `there is no webhook for ${id}`);
      }
      for (const event of events) await requestRedelivery(em, event.id);
      return events.map((event) => event.id);
    });
    return {
      json: { redelivering: ids },
      lines: [
        `${ids.length} event(s) will be delivered now; see \`webhook list\` for the result.`,
        ...ids.map((eventId) => `  ${eventId}`),
      ],
    };
  });
};

const whereId = (id: string) => (isIntentId(id) ? { intent: id } : { id });

const asTime = (text: string): Date => {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('must be a time, for example 2026-01-31T00:00Z');
};

const describeEvent = (event: WebhookEvent, attempts: readonly WebhookAttempt[]) => ({
  webhook_id: event.id,
  all_scale_transaction_id: event.transactionId,
  all_scale_checkout_intent_id: event.intent?.id ?? null,
  store_id: event.store.id,
  event_type: event.eventType,
  state: event.state,
  created_at: event.createdAt.toISOString(),
  delivered_at: isoOrNull(event.deliveredAt),
  next_attempt_at: isoOrNull(event.nextAttemptAt),
  attempts: attempts.map((attempt) => ({
    started_at: attempt.startedAt.toISOString(),
    url: attempt.url,
    duration_ms: attempt.durationMs,
    response_status: attempt.responseStatus ?? null,
    error: attempt.error ?? null,
  })),
});

const asLimit = (text: string): number => {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 10_000) return limit;
  throw new InvalidArgumentError('must be a number from 1 to 10000');
};
