// Repairs differences between Postgres and Temporal through the outbox: open intents, pending webhooks and e-mails without a running
// workflow, unprocessed transfers and decisions, missing standing workflows. The cost of a pass is bounded.
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { readDispatchBacklog } from '#db/dispatch/outbox.ts';
import {
  deleteProcessedRows,
  readOpenIntents,
  requeueDeliveries,
  requeueEmails,
  requeueIntents,
  requeueUnprocessedTransfers,
  requeueWebhooks,
} from '#db/dispatch/reconcile.ts';
import { requeueUnprocessedDecisions, requeueUnprocessedMoney } from '#db/dispatch/unprocessed-money.ts';
import {
  readWaiting,
  requeueStuckDeliveries,
  type WaitingCursor,
  type WaitingDelivery,
  type WaitingQueue,
} from '#db/dispatch/waiting-deliveries.ts';
import type { Em } from '#db/orm.ts';
import { emailWorkflowId, intentWorkflowId, webhookWorkflowId } from '#workflows/messages.ts';

/** Rows read in one pass; the next pass continues there. */
const INTENTS_PER_PASS = 1_000;
const DELIVERIES_PER_PASS = 200;
const TRANSFERS_PER_PASS = 1_000;
/** Workflow ids in one query to Temporal. */
const IDS_PER_QUERY = 100;
/** Rows in one transaction. */
const PURGE_BATCH = 5_000;
/** A start that was queued without effect is queued again after this time. */
const BUCKET_SECONDS = 600;
/** A delivery without progress for this long wakes its order's workflow, although that runs. An attempt takes 40 s at most. */
const STUCK_SECONDS = 300;
/** Logs a warning when the oldest row of the outbox is older. */
const BACKLOG_WARN_SECONDS = 60;
/** Of the calls to Temporal in one pass. */
const PASS_DEADLINE_MS = 120_000;

export interface ReconcilerOptions {
  em: Em;
  client: Client;
  logger: Logger;
  /** Creates missing search attributes, watchers, relayers and schedules; idempotent. */
  prepareTemporal: () => Promise<void>;
  /** Only intents, webhooks and transfers of at least this age count as missed. */
  minAgeSeconds?: number;
  /** Deliveries without progress for this long wake their order's workflow, although it runs. */
  stuckSeconds?: number;
}

export interface ReconcileResult {
  intents: number;
  /** Orders with a delivery that no workflow carried. */
  orders: number;
  /** Orders whose running workflow was woken for a delivery without progress. */
  stuck: number;
  webhooks: number;
  emails: number;
  transfers: number;
  /** Decisions of the review queue that no workflow had processed. */
  decisions: number;
  purged: number;
}

export interface Reconciler {
  /** Throws when Postgres or Temporal is away. */
  pass(): Promise<ReconcileResult>;
}

export const createReconciler = ({
  em,
  client,
  logger,
  prepareTemporal,
  minAgeSeconds = 60,
  stuckSeconds = STUCK_SECONDS,
}: ReconcilerOptions): Reconciler => {
  let afterId = '';
  const cursors: Record<WaitingQueue, WaitingCursor | null> = { webhooks: null, endpoints: null, emails: null };
  let afterTransferId = '0';

  /** The next page of a queue; after the last one the first. */
  const nextWaiting = async (queue: WaitingQueue): Promise<WaitingDelivery[]> => {
    const { waiting, next } = await readWaiting(em, queue, cursors[queue], DELIVERIES_PER_PASS, minAgeSeconds);
    cursors[queue] = next;
    return waiting;
  };

  /** Webhooks and e-mails that wait too long: those of an order by its workflow, the others each by its own. */
  const requeueDeliveriesOf = async (
    bucket: number,
  ): Promise<Pick<ReconcileResult, 'orders' | 'stuck' | 'webhooks' | 'emails'>> => {
    const webhooks = [...(await nextWaiting('webhooks')), ...(await nextWaiting('endpoints'))];
    const emails = await nextWaiting('emails');
    const waiting = [...webhooks, ...emails];
    // Several deliveries of an order are asked for once.
    const orders = new Map(waiting.flatMap(({ order }) => (order ? [[order.id, order] as const] : [])));
    const lost = await withoutWorkflow(client, [...orders.values()], intentWorkflowId);
    const withoutRun = new Set(lost.map(({ id }) => id));
    const running = waiting.filter(({ order }) => order && !withoutRun.has(order.id));
    const own = (some: readonly WaitingDelivery[]) => some.filter(({ order }) => !order).map(({ id }) => id);
    return {
      orders: await requeueDeliveries(em, [...withoutRun], bucket),
      stuck: await requeueStuckDeliveries(em, running, stuckSeconds),
      webhooks: await requeueWebhooks(em, await withoutWorkflow(client, own(webhooks), webhookWorkflowId), bucket),
      emails: await requeueEmails(em, await withoutWorkflow(client, own(emails), emailWorkflowId), bucket),
    };
  };

  const pass = async (): Promise<ReconcileResult> => {
    // First, because it needs no Temporal: nonces must not pile up while Temporal is away.
    const purged = await deleteProcessedRows(em, PURGE_BATCH);
    await prepareTemporal();
    const bucket = Math.floor(Date.now() / 1000 / BUCKET_SECONDS);
    const refs = await readOpenIntents(em, afterId, INTENTS_PER_PASS, minAgeSeconds);
    const open = refs.map(({ id }) => id);
    const withoutRun = await withoutWorkflow(client, refs, intentWorkflowId);
    const intents = await requeueIntents(
      em,
      withoutRun.map(({ id }) => id),
      bucket,
    );
    afterId = open.length === INTENTS_PER_PASS ? (open.at(-1) ?? '') : '';

    const deliveries = await requeueDeliveriesOf(bucket);

    const unprocessed = await requeueUnprocessedMoney(em, {
      afterId: afterTransferId,
      limit: TRANSFERS_PER_PASS,
      afterSeconds: minAgeSeconds,
      bucket,
    });
    afterTransferId = unprocessed.nextAfterId;
    const transfers = unprocessed.queued + (await requeueUnprocessedTransfers(em, open, minAgeSeconds));
    const decisions = await requeueUnprocessedDecisions(em, open, minAgeSeconds);
    const found = { intents, ...deliveries, transfers, decisions };
    if (Object.values(found).some((count) => count > 0))
      logger.warn(found, 'queued again: no workflow was processing these, or it did not know them');
    const backlog = await readDispatchBacklog(em);
    if (backlog.oldestSeconds > BACKLOG_WARN_SECONDS) logger.warn(backlog, 'the outbox is behind');
    return { ...found, purged };
  };

  return { pass: () => client.withDeadline(Date.now() + PASS_DEADLINE_MS, pass) };
};

/**
 * What has no running workflow. Temporal's lists lag by moments, so a new run can be missing from them; the second start is then
 * rejected, or the second signal makes it read once more, which is harmless.
 */
const withoutWorkflow = async <T>(
  client: Client,
  all: readonly T[],
  workflowIdOf: (one: T) => string,
): Promise<T[]> => {
  const running = new Set<string>();
  for (let start = 0; start < all.length; start += IDS_PER_QUERY) {
    const wanted = all.slice(start, start + IDS_PER_QUERY).map((one) => `"${workflowIdOf(one)}"`);
    const query = `ExecutionStatus = "Running" and WorkflowId in (${wanted.join(', ')})`;
    for await (const { workflowId } of client.workflow.list({ query, pageSize: IDS_PER_QUERY }))
      running.add(workflowId);
  }
  return all.filter((one) => !running.has(workflowIdOf(one)));
};
