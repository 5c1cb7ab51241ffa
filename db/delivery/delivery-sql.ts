// SQL fragments that webhooks and e-mails share: whose workflow delivers a row, and the outbox row that starts or wakes it (decision 0068).

/** Whether what belongs to an order (or to none) is delivered by a workflow of its own. @param intentId an expression */
export const isOwnWorkflow = (intentId: string): string =>
  `not coalesce((select o.one_workflow from checkout_intent o where o.id = ${intentId}), false)`;

export interface QueuedDeliveries {
  /** A part of the statement that returns `id`, `intent_id` and `own_workflow` of the new rows. */
  source: string;
  /** The kind of the outbox row that starts a workflow of its own. */
  start: 'start_webhook' | 'start_email';
  /** Of that row: an expression, jsonb. */
  data: string;
  /** An expression; absent: true. False in what the order's workflow itself writes, because it reads what is due afterwards. */
  wakes?: string | undefined;
  /** When the outbox row was created: an expression; absent: now. */
  createdAt?: string;
}

/** Writes outbox rows: each starts a delivery's own workflow, or wakes that of an order, once for all of its new rows. */
export const deliveriesQueued = ({
  source,
  start,
  data,
  wakes = 'true',
  createdAt = 'now()',
}: QueuedDeliveries): string => `
  insert into dispatch (kind, subject_id, dedupe_key, data, available_at, created_at)
  select distinct on (case when own_workflow then id else intent_id end)
    case when own_workflow then '${start}' else 'signal_intent' end, case when own_workflow then id else intent_id end,
    case when own_workflow then '${start}:' else 'deliver:' end || id,
    case when own_workflow then ${data} else jsonb_build_object('signal', 'deliveriesDue') end, now(), ${createdAt}
  from ${source} where own_workflow or ${wakes}
  order by case when own_workflow then id else intent_id end, id`;
