// Records the histories that the replay test runs: `node test/replay/record.ts [scenario …]`, all without a name. Each scenario is a real run on a real Temporal
// server. Record again when a workflow changes its path, and keep the old files: runs of that shape may still be open.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createReportActivities } from '#activities/reports.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { requestRedelivery } from '#db/delivery/webhook-actions.ts';
import { ReviewItem, WebhookEvent } from '#db/entities/delivery.entity.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { recordDeniedPayer } from '#db/intents/denied-payers.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { ZERO } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { fetchHistoryJson } from '#test/support/history.ts';
import {
  addTransfer,
  makeIntent,
  makeStore,
  makeWebhookEvent,
  randomAddress,
  setWatcher,
  TEST_MASTER_KEYS,
} from '#test/support/intents.ts';
import { startPaymentSystem } from '#test/support/payment-system.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { type SkippingOrders, startSkippingOrders } from '#test/support/skipping-orders.ts';
import { startTestStack } from '#test/support/stack/test-stack.ts';
import { testTemporal } from '#test/support/temporal.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { cancel, emailWorkflowId, WorkflowType, webhookWorkflowId } from '#workflows/messages.ts';

const FOLDER = join(import.meta.dirname, 'histories');
const S = IntentStatus;

const stack = await startTestStack();
Object.assign(process.env, stack.env);
const DENIED = randomAddress();
const system = await startPaymentSystem({ denyList: [DENIED] });
const receiver = await startReceiver();
const store = await makeStore(system.em, receiver.url);
await system.em.execute(`update store set notification_emails = '{shop@shop.example}' where id = ?`, [store.storeId]);
mkdirSync(FOLDER, { recursive: true });

/** Names of machines and processes do not belong in a repository. */
const withoutIdentities = (json: string): string =>
  json.replace(/"identity": "[^"]*"/g, '"identity": "worker"').replace(/"\d+@[^"]*"/g, '"worker"');

/** Prefix of histories of orders that one workflow carries. Files without it are of earlier shapes or of other workflows. */
const TODAY = 'order-';
const write = async (name: string, handle: WorkflowHandle): Promise<void> => {
  const { json, eventCount } = await fetchHistoryJson(handle);
  writeFileSync(join(FOLDER, `${name}.json`), `${withoutIdentities(json)}\n`);
  process.stdout.write(`${name}: ${eventCount} events\n`);
};
const save = async (scenario: string, id: string, runId?: string): Promise<void> => {
  if (!isIntentId(id)) await write(scenario, system.client.workflow.getHandle(id, runId));
  else await write(`${TODAY}${scenario}`, await system.handleOf(id, runId));
};

/** A person accepts the money that the workflow gave them to decide. */
const accept = async (intentId: IntentId): Promise<void> => {
  const item = await waitFor(
    async () => (await system.em.fork().findOne(ReviewItem, { intent: intentId, state: 'open' })) ?? undefined,
    { what: 'the review row', timeoutMs: 20_000 },
  );
  await resolveReview(system.em, {
    reviewItemId: String(item.id),
    outcome: 'accepted',
    reason: 'agreed',
    actor: { kind: 'operator', id: 'operator', email: null },
  });
};
const ended = async (id: string): Promise<unknown> =>
  await (isIntentId(id) ? await system.handleOf(id) : system.client.workflow.getHandle(id)).result();
const older = async (): Promise<IntentId> => await makeIntent(system.em, store, { queued: false, isOlder: true });

const scenarios: Record<string, () => Promise<string | [workflowId: string, runId: string]>> = {
  async paid() {
    const intentId = await system.startedIntent(store);
    const transferId = await system.see(intentId);
    await system.untilStatus(intentId, S.ON_CHAIN);
    await system.confirm(intentId, transferId);
    await ended(intentId);
    return intentId;
  },
  async 'paid-in-two-parts'() {
    const intentId = await system.startedIntent(store);
    const first = await system.see(intentId, { amount: '4' });
    await system.untilWaitingFor(intentId, 'the rest');
    await system.confirm(intentId, first);
    await system.confirm(intentId, await system.see(intentId, { amount: '6' }));
    await ended(intentId);
    return intentId;
  },
  async 'paid-after-a-reorganisation'() {
    const intentId = await system.startedIntent(store);
    const lost = await system.see(intentId);
    await system.untilStatus(intentId, S.ON_CHAIN);
    await system.orphan(intentId, lost);
    await system.untilStatus(intentId, S.TEMP_WALLET_RECEIVED);
    await system.confirm(intentId, await system.see(intentId));
    await ended(intentId);
    return intentId;
  },
  async 'started-by-a-signal'() {
    const intentId = await makeIntent(system.em, store, { queued: false });
    await system.confirm(intentId, await system.see(intentId));
    await system.untilStatus(intentId, S.CONFIRMED);
    await ended(intentId);
    return intentId;
  },
  async 'second-payment'() {
    const intentId = await makeIntent(system.em, store, { queued: false });
    await system.confirm(intentId, await system.see(intentId));
    await system.untilStatus(intentId, S.CONFIRMED);
    await ended(intentId);
    await system.see(intentId);
    await waitFor(async () => (await system.em.fork().count(ReviewItem, { intent: intentId })) > 0, {
      what: 'the review row',
      timeoutMs: 20_000,
    });
    await ended(intentId);
    return intentId;
  },
  async 'wrong-coin-waits-for-a-person'() {
    const intentId = await system.startedIntent(store);
    await system.see(intentId, { coin: 2 });
    await system.untilWaitingFor(intentId, 'a person');
    return intentId;
  },
  async 'watcher-behind-then-timeout'() {
    const expiresAt = new Date(Date.now() - 60_000);
    const intentId = await makeIntent(system.em, store, { expiresAt, acceptedChainIds: [31338] });
    await system.untilWaitingFor(intentId, 'blocked');
    await setWatcher(system.em, 31338, new Date());
    await ended(intentId);
    return intentId;
  },
  async canceled() {
    const intentId = await system.startedIntent(store);
    await (await system.handleOf(intentId)).executeUpdate(cancel);
    await ended(intentId);
    return intentId;
  },
  async 'cancel-refused-then-paid'() {
    const intentId = await system.startedIntent(store);
    const transferId = await addTransfer(system.em, intentId);
    await (await system.handleOf(intentId)).executeUpdate(cancel).catch(() => {});
    await system.confirm(intentId, transferId);
    await ended(intentId);
    return intentId;
  },
  async 'refused-payer'() {
    const intentId = await system.startedIntent(store);
    await recordDeniedPayer(system.em, intentId, DENIED);
    await ended(intentId);
    return intentId;
  },
  async 'money-of-a-refused-sender-vanishes-then-paid'() {
    const intentId = await system.startedIntent(store);
    const rejected = await system.see(intentId, { fromAddress: DENIED });
    await system.untilWaitingFor(intentId, 'screening refuses');
    await system.orphan(intentId, rejected);
    await system.untilStatus(intentId, S.TEMP_WALLET_RECEIVED);
    await system.confirm(intentId, await system.see(intentId));
    await ended(intentId);
    return intentId;
  },
  async 'late-money-accepted'() {
    const expiresAt = new Date(Date.now() - 60_000);
    await setWatcher(system.em, 31337, new Date());
    const intentId = await makeIntent(system.em, store, { expiresAt });
    await system.untilStatus(intentId, S.TIMEOUT, 30_000);
    await ended(intentId);
    await system.confirm(intentId, await system.see(intentId));
    await accept(intentId);
    await ended(intentId);
    return intentId;
  },
  async 'wrong-coin-accepted'() {
    const intentId = await system.startedIntent(store);
    await system.confirm(intentId, await system.see(intentId, { coin: 2 }));
    await accept(intentId);
    await ended(intentId);
    return intentId;
  },
  async 'email-sent'() {
    const intentId = await older();
    await queueEmail(system.em.fork(), {
      kind: 'order_created',
      subjectId: intentId,
      recipient: 'a@shop.example',
      storeId: store.storeId,
      intentId,
      data: {},
    });
    const { id } = await system.em.fork().findOneOrFail(EmailMessage, { subjectId: intentId });
    await waitFor(async () => await system.client.workflow.getHandle(emailWorkflowId(id)).describe(), {
      what: 'the delivery',
      timeoutMs: 30_000,
    });
    await ended(emailWorkflowId(id));
    return emailWorkflowId(id);
  },
  async expired() {
    const expiresAt = new Date(Date.now() - 60_000);
    await setWatcher(system.em, 31337, new Date());
    const intentId = await makeIntent(system.em, store, { expiresAt });
    await system.untilStatus(intentId, S.TIMEOUT, 30_000);
    await ended(intentId);
    return intentId;
  },
  async redelivered() {
    const intentId = await system.startedIntent(store);
    await system.pay(intentId);
    await ended(intentId);
    const { id } = await system.em.fork().findOneOrFail(WebhookEvent, { intent: intentId });
    const before = receiver.received.length;
    await requestRedelivery(system.em, id);
    await waitFor(() => receiver.received.length > before, { what: 'the redelivery', timeoutMs: 20_000 });
    await ended(intentId);
    return intentId;
  },
  async refunded() {
    const intentId = await system.startedIntent(store);
    await system.pay(intentId);
    await ended(intentId);
    const refundId = await prepareWalletRefund(system.em, store.storeId, intentId);
    await system.untilStatus(intentId, S.SEND_BACK, 20_000);
    await system.untilWaitingFor(intentId, 'the refund');
    await applyRefundUpdate(system.em, refundId, {
      ...{ kind: 'confirmed', txHash: `0x${'12'.repeat(32)}`, logIndex: 0, feeBaseUnits: ZERO },
    });
    await ended(intentId);
    return intentId;
  },
  /** More stores than one run reports at once. Records the first run, which creates the reports. */
  async 'reports-of-six-stores'() {
    const native = await NativeConnection.connect({ address: testTemporal().address });
    for (let count = 0; count < 5; count += 1) await makeStore(system.em, receiver.url);
    await system.em.execute("update store set created_at = '2026-11-22T08:00:00Z'");
    const now = () => new Date('2026-11-23T12:00:00Z');
    const worker = await Worker.create({
      connection: native,
      taskQueue: 'reports',
      workflowBundle: await cachedBundle(),
      activities: createReportActivities({
        em: system.em,
        masterKeys: TEST_MASTER_KEYS,
        publicUrl: 'https://pay.example',
        now,
      }),
    });
    const workflowId = 'reports';
    const started = { workflowId, taskQueue: 'reports', args: [] };
    const runId = await worker.runUntil(async () => {
      const handle = await system.client.workflow.start(WorkflowType.reportsSweep, started);
      await handle.result();
      return handle.firstExecutionRunId;
    });
    await native.close();
    return [workflowId, runId];
  },
  async 'webhook-delivered-at-the-second-attempt'() {
    const eventId = await makeWebhookEvent(system.em, await older());
    let calls = 0;
    receiver.response = ({ headers }) => {
      if (headers['x-webhook-id'] === eventId) calls += 1;
      return { status: calls === 1 ? 503 : 200 };
    };
    await system.em.execute(
      `insert into dispatch (kind, subject_id, dedupe_key, data) values ('start_webhook', ?, ?, '{}')`,
      [eventId, eventId],
    );
    const workflowId = webhookWorkflowId(eventId);
    await waitFor(async () => await system.client.workflow.getHandle(workflowId).describe(), {
      what: 'the delivery',
      timeoutMs: 20_000,
    });
    await ended(workflowId);
    return workflowId;
  },
};

/** Days of failures, on a time-skipping server. */
const DAY_MS = 24 * 3_600_000;
const overDays: Record<string, (skipping: SkippingOrders) => Promise<WorkflowHandle>> = {
  async 'webhook-fails-for-a-day'({ orm: { em }, environment, receiver: shop, start }) {
    const own = await makeStore(em, shop.url);
    shop.response = () => ({ status: 503 });
    const intentId = await makeIntent(em, own, { queued: false, status: S.TIMEOUT });
    await makeWebhookEvent(em, intentId, { ownWorkflow: false });
    const handle = await start(intentId, own.storeId);
    for (let hours = 0; hours < 24; hours += 1) await environment.sleep(DAY_MS / 24);
    shop.response = () => ({ status: 200 });
    for (let hours = 0; hours < 24; hours += 1) await environment.sleep(DAY_MS / 24);
    await handle.result();
    return handle;
  },
  async 'email-fails-for-a-day'({ orm: { em }, environment, receiver: shop, mail, start }) {
    const own = await makeStore(em, shop.url);
    mail.isDown = true;
    const intentId = await makeIntent(em, own, { queued: false, status: S.TIMEOUT });
    const about = { kind: 'order_created', subjectId: intentId, intentId, storeId: own.storeId } as const;
    await queueEmail(em.fork(), { ...about, recipient: 'a@shop.example', data: {} });
    const handle = await start(intentId, own.storeId);
    for (let hours = 0; hours < 24; hours += 1) await environment.sleep(DAY_MS / 24);
    mail.isDown = false;
    for (let hours = 0; hours < 3; hours += 1) await environment.sleep(DAY_MS / 24);
    await handle.result();
    return handle;
  },
};

try {
  const selected = process.argv.slice(2);
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (selected.length > 0 && !selected.includes(name)) continue;
    const made = await scenario();
    await (typeof made === 'string' ? save(name, made) : save(name, ...made));
  }
  for (const [name, scenario] of Object.entries(overDays)) {
    if (selected.length > 0 && !selected.includes(name)) continue;
    const skipping = await startSkippingOrders();
    await write(`${TODAY}${name}`, await scenario(skipping)).finally(() => skipping.stop());
  }
} finally {
  await system.stop();
  await receiver.stop();
  await stack.stop();
}
process.exit(0);
