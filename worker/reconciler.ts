// Finds what fell between Postgres and Temporal and puts it back into the outbox: open intents, waiting webhooks and e-mails without a
// running workflow, transfers that nobody noticed, standing workflows that are gone. A pass costs the same however much is open.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { readDispatchBacklog } from '#db/dispatch/outbox.ts';
import {
  deleteProcessedRows,
  type EmailCursor,
  readOpenIntents,
  readOverdueWebhooks,
  readWaitingEmails,
  requeueEmails,
  requeueIntents,
  requeueUnprocessedTransfers,
  requeueWebhooks,
} from '#db/dispatch/reconcile.ts';
import { requeueUnprocessedDecisions, requeueUnprocessedMoney } from '#db/dispatch/unprocessed-money.ts';
import type { Em } from '#db/orm.ts';
import { emailWorkflowId, intentWorkflowId, webhookWorkflowId } from '#workflows/messages.ts';

/** Looked at in one pass; the next goes on where it ended. */
const INTENTS_PER_PASS = 1_000;
const WEBHOOKS_PER_PASS = 200;
const EMAILS_PER_PASS = 200;
const TRANSFERS_PER_PASS = 1_000;
/** Ids in one question to Temporal. */
const ASK_AT_ONCE = 100;
const PURGE_PER_PASS = 5_000;
/** A start that was queued and came to nothing is queued again after this. */
const BUCKET_SECONDS = 600;
/** An outbox that is older than this is worth a warning. */
const BACKLOG_WARN_SECONDS = 60;

export interface ReconcilerOptions {
  em: Em;
  client: Client;
  logger: Logger;
  /** Makes sure of search attributes, watchers, relayers and schedules; idempotent. */
  prepareTemporal: () => Promise<void>;
  intervalMs?: number;
  /** How old an intent, a webhook or a transfer must be before its workflow is missed. */
  minAgeSeconds?: number;
}

export interface ReconcileResult {
  intents: number;
  webhooks: number;
  emails: number;
  transfers: number;
  /** Decisions in the review queue that no workflow had acted upon. */
  decisions: number;
  purged: number;
}

export interface Reconciler {
  /** One pass, now. Throws when Postgres or Temporal is away. */
  pass(): Promise<ReconcileResult>;
  stop(): Promise<void>;
}

export const startReconciler = ({
  em,
  client,
  logger,
  prepareTemporal,
  intervalMs = 30_000,
  minAgeSeconds = 60,
}: ReconcilerOptions): Reconciler => {
  const stopped = new AbortController();
  let afterId = '';
  let afterEmail: EmailCursor | null = null;
  let afterTransferId = '0';

  const requeueUnsent = async (bucket: number): Promise<number> => {
    const waiting = await readWaitingEmails(em, afterEmail, EMAILS_PER_PASS, minAgeSeconds);
    afterEmail = waiting.length === EMAILS_PER_PASS ? (waiting.at(-1) ?? null) : null;
    const ids = waiting.map(({ id }) => id);
    return await requeueEmails(em, await withoutWorkflow(client, ids, emailWorkflowId), bucket);
  };

  const pass = async (): Promise<ReconcileResult> => {
    await prepareTemporal();
    const bucket = Math.floor(Date.now() / 1000 / BUCKET_SECONDS);
    const open = await readOpenIntents(em, afterId, INTENTS_PER_PASS, minAgeSeconds);
    const orphans = await withoutWorkflow(client, open, intentWorkflowId);
    const intents = await requeueIntents(em, orphans, bucket);
    afterId = open.length === INTENTS_PER_PASS ? (open.at(-1) ?? '') : '';

    const overdue = await readOverdueWebhooks(em, WEBHOOKS_PER_PASS, minAgeSeconds);
    const lost = await withoutWorkflow(client, overdue, webhookWorkflowId);
    const webhooks = await requeueWebhooks(em, lost, bucket);
    const emails = await requeueUnsent(bucket);

    const loose = await requeueUnprocessedMoney(em, {
      afterId: afterTransferId,
      limit: TRANSFERS_PER_PASS,
      afterSeconds: minAgeSeconds,
      bucket,
    });
    afterTransferId = loose.nextAfterId;
    const transfers = loose.queued + (await requeueUnprocessedTransfers(em, open, minAgeSeconds));
    const decisions = await requeueUnprocessedDecisions(em, open, minAgeSeconds);
    const purged = await deleteProcessedRows(em, PURGE_PER_PASS);
    const found = { intents, webhooks, emails, transfers, decisions };
    if (Object.values(found).some((count) => count > 0)) logger.warn(found, 'put back into the outbox');
    const backlog = await readDispatchBacklog(em);
    if (backlog.oldestSeconds > BACKLOG_WARN_SECONDS) logger.warn(backlog, 'the outbox is behind');
    return { ...found, purged };
  };

  const run = async (): Promise<void> => {
    for (;;) {
      await delay(intervalMs, undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) return;
      await pass().catch((error: Error) => logger.warn({ reason: error.message }, 'reconciling failed; trying again'));
    }
  };
  const running = run();
  return {
    pass,
    async stop() {
      stopped.abort();
      await running;
    },
  };
};

/**
 * Those whose workflow does not run, as far as Temporal's lists know: they trail by moments, so a run that has just begun may be
 * missing. Starting it once more is then refused, and that is success.
 */
const withoutWorkflow = async <Id extends string>(
  client: Client,
  ids: readonly Id[],
  workflowIdOf: (id: Id) => string,
): Promise<Id[]> => {
  const running = new Set<string>();
  for (let start = 0; start < ids.length; start += ASK_AT_ONCE) {
    const wanted = ids.slice(start, start + ASK_AT_ONCE).map((id) => `"${workflowIdOf(id)}"`);
    const query = `ExecutionStatus = "Running" and WorkflowId in (${wanted.join(', ')})`;
    for await (const { workflowId } of client.workflow.list({ query, pageSize: ASK_AT_ONCE })) running.add(workflowId);
  }
  return ids.filter((id) => !running.has(workflowIdOf(id)));
};
