// The reconciler repairs differences between Postgres and Temporal, and does not touch finished runs.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { requeueStuckDeliveries } from '#db/dispatch/waiting-deliveries.ts';
import { WebhookAttempt, WebhookEvent } from '#db/entities/delivery.entity.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { Dispatch } from '#db/entities/intent.entity.ts';
import { IdempotencyKey } from '#db/entities/store.entity.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { addTransfer, makeIntent, makeStore, makeWebhookEvent, type TestStore } from '#test/support/intents.ts';
import { type PaymentSystem, silent, startPaymentSystem } from '#test/support/payment-system.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { createReconciler, type Reconciler } from '#worker/reconciler.ts';
import { cancel, deliveriesDue, emailWorkflowId, webhookWorkflowId } from '#workflows/messages.ts';

let system: PaymentSystem;
let receiver: TestReceiver;
let store: TestStore;
let reconciler: Reconciler;
let prepared = 0;

beforeAll(async () => {
  [system, receiver] = await Promise.all([startPaymentSystem(), startReceiver()]);
  store = await makeStore(system.em, receiver.url);
  reconciler = createReconciler({
    em: system.em,
    client: system.client,
    logger: silent,
    prepareTemporal: async () => {
      prepared += 1;
    },
    minAgeSeconds: 0,
  });
});
afterAll(async () => {
  await system?.stop();
  await receiver?.stop();
});

const untilListed = (workflowId: string) =>
  waitFor(async () => (await system.client.workflow.count(`WorkflowId="${workflowId}"`)).count > 0, {
    what: 'the workflow in the list',
    timeoutMs: 45_000,
  });

describe('the reconciler', () => {
  it('starts open intents whose workflow is missing, and they read the ledger immediately', async () => {
    const lost = await makeIntent(system.em, store, { queued: false });
    await addTransfer(system.em, lost, { state: 'confirmed' });
    const well = await makeIntent(system.em, store);
    await system.untilStarted(well);
    await untilListed((await system.handleOf(well)).workflowId);
    const closed = await makeIntent(system.em, store, { queued: false, status: IntentStatus.TIMEOUT });

    expect(await reconciler.pass()).toMatchObject({ intents: 1 });
    expect(prepared).toBe(1);
    await system.untilStatus(lost, IntentStatus.CONFIRMED);
    expect(
      await system.em.fork().count(Dispatch, { subjectId: { $in: [well, closed] }, dedupeKey: /^reconcile/ }),
    ).toBe(0);
  });

  it('queues the same intent once in ten minutes, however often it runs', async () => {
    const lost = await makeIntent(system.em, store, { queued: false });
    await reconciler.pass();
    await reconciler.pass();
    expect(await system.em.fork().count(Dispatch, { subjectId: lost })).toBe(1);
  });

  it('restarts a workflow that ended although its intent is open', async () => {
    const intentId = await makeIntent(system.em, store);
    await system.untilStarted(intentId);
    const handle = await system.handleOf(intentId);
    const { workflowId } = handle;
    await handle.terminate('lost');
    await waitFor(
      async () =>
        (await system.client.workflow.count(`WorkflowId="${workflowId}" and ExecutionStatus="Running"`)).count === 0,
      { what: 'the end in the list', timeoutMs: 45_000 },
    );
    await reconciler.pass();
    await waitFor(async () => (await (await system.handleOf(intentId)).describe()).status.name === 'RUNNING', {
      what: 'a new run',
      timeoutMs: 45_000,
    });
  });

  it('delivers a webhook that waits without a workflow', async () => {
    const eventId = await makeWebhookEvent(system.em, await makeIntent(system.em, store, { queued: false }));
    expect(await reconciler.pass()).toMatchObject({ webhooks: 1 });
    // The pass queues; the dispatcher starts a moment later.
    const handle = system.client.workflow.getHandle(webhookWorkflowId(eventId));
    const started = () =>
      handle.describe().then(
        () => true,
        () => false,
      );
    await waitFor(started, { what: 'the start of the delivery', timeoutMs: 45_000 });
    expect(await handle.result()).toBe('delivered');
  });

  it('wakes the workflow of an order whose webhook waits, once for all that waits', async () => {
    const intentId = await makeIntent(system.em, store, { queued: false, status: IntentStatus.TIMEOUT });
    const eventId = await makeWebhookEvent(system.em, intentId, { ownWorkflow: false });
    // One transaction, because the dispatcher could already hold the row.
    await system.em.fork().transactional(async (em) => {
      const { storeId } = store;
      const about = { kind: 'order_created', subjectId: intentId, intentId, storeId } as const;
      await queueEmail(em, { ...about, recipient: 'shop@shop.example', data: {} });
      await em.execute('delete from dispatch where subject_id = ?', [intentId]);
    });
    expect(await reconciler.pass()).toMatchObject({ orders: 1, webhooks: 0, emails: 0 });
    const handle = await system.handleOf(intentId);
    await waitFor(async () => await handle.describe(), { what: 'the workflow', timeoutMs: 45_000 });
    expect(await handle.result()).toBe('TIMEOUT');
    expect(await system.em.fork().findOneOrFail(WebhookEvent, eventId)).toMatchObject({ state: 'delivered' });
    expect(await system.em.fork().findOneOrFail(EmailMessage, { intent: intentId })).toMatchObject({ state: 'sent' });
  });

  it('wakes a running workflow that does not know what is due, and all is delivered once', async () => {
    const intentId = await makeIntent(system.em, store);
    await system.untilStarted(intentId);
    const handle = await system.handleOf(intentId);
    await untilListed(handle.workflowId);
    // As after a restore of Temporal from a backup: the rows are due, and their signal is gone.
    const eventId = await makeWebhookEvent(system.em, intentId, { ownWorkflow: false });
    await system.em.fork().transactional(async (em) => {
      const { storeId } = store;
      const about = { kind: 'order_created', subjectId: intentId, intentId, storeId } as const;
      await queueEmail(em, { ...about, recipient: 'shop@shop.example', data: {} });
      await em.execute(`delete from dispatch where subject_id = ? and dedupe_key like 'deliver:%'`, [intentId]);
    });
    expect(await reconciler.pass()).toMatchObject({ orders: 0, stuck: 0 });
    for (const table of ['webhook_event', 'email_message'])
      await system.em.execute(`update ${table} set created_at = now() - interval '6 minutes' where intent_id = ?`, [
        intentId,
      ]);
    expect(await reconciler.pass()).toMatchObject({ orders: 0, stuck: 1 });
    const isDelivered = async (): Promise<boolean> =>
      (await system.em.fork().count(WebhookEvent, { id: eventId, state: 'delivered' })) > 0 &&
      (await system.em.fork().count(EmailMessage, { intent: intentId, state: 'sent' })) > 0;
    await waitFor(isDelivered, { what: 'both deliveries', timeoutMs: 45_000 });
    expect(await reconciler.pass()).toMatchObject({ orders: 0, stuck: 0 });
    // One signal too many makes it read once more.
    await handle.signal(deliveriesDue);
    await handle.executeUpdate(cancel);
    expect(await handle.result()).toBe('CANCELED');
    expect(receiver.received.filter(({ headers }) => headers['x-webhook-id'] === eventId)).toHaveLength(1);
    expect(await system.em.fork().count(WebhookAttempt, { event: eventId })).toBe(1);
  });

  it('wakes it again after twice the time, not sooner', async () => {
    const intentId = await makeIntent(system.em, store, { queued: false });
    const em = system.em.fork();
    const started = Math.floor(Date.now() / 1_000);
    const stuckFor = (minutes: number) => {
      const order = { id: intentId, orderId: null, oneWorkflow: true };
      return [{ id: 'one', order, since: started - minutes * 60 }];
    };
    const signals = () => em.count(Dispatch, { subjectId: intentId, dedupeKey: /^reconcile:stuck/ });
    const since = stuckFor(6);
    expect(await requeueStuckDeliveries(em, stuckFor(4), 300)).toBe(0);
    expect(await requeueStuckDeliveries(em, since, 300)).toBe(1);
    expect(await requeueStuckDeliveries(em, since, 250)).toBe(0);
    expect(await requeueStuckDeliveries(em, since, 150)).toBe(1);
    expect(await signals()).toBe(2);
  });

  it('starts the delivery of an e-mail that waits without a workflow', async () => {
    const { storeId } = store;
    // As after a restore of Temporal from a backup. One transaction, because the dispatcher could already hold the row and start it late.
    const id = await system.em.fork().transactional(async (em) => {
      await queueEmail(em, {
        kind: 'store_activated',
        subjectId: storeId,
        recipient: 'a@shop.example',
        storeId,
        data: { link: 'https://pay.example' },
      });
      const message = await em.findOneOrFail(EmailMessage, { subjectId: storeId });
      await em.execute('delete from dispatch where subject_id = ?', [message.id]);
      return message.id;
    });
    await reconciler.pass();
    expect(await system.em.fork().count(Dispatch, { subjectId: id, dedupeKey: /^reconcile/ })).toBe(1);
    const running = () =>
      system.client.workflow
        .getHandle(emailWorkflowId(id))
        .describe()
        .then(
          ({ status }) => status.name === 'RUNNING',
          () => false,
        );
    await waitFor(running, { what: 'the delivery', timeoutMs: 45_000 });
  });

  it('signals a transfer that an intent has not processed', async () => {
    const intentId = await makeIntent(system.em, store);
    await system.untilStarted(intentId);
    await untilListed((await system.handleOf(intentId)).workflowId);
    await addTransfer(system.em, intentId);
    expect(await reconciler.pass()).toMatchObject({ transfers: 1 });
    await system.untilStatus(intentId, IntentStatus.ON_CHAIN);
    expect(await reconciler.pass()).toMatchObject({ transfers: 0 });
  });

  it('signals unprocessed money of closed intents, and ignores dust and processed money', async () => {
    const closed = { queued: false, status: IntentStatus.TIMEOUT } as const;
    const [late, dusty, known] = [
      await makeIntent(system.em, store, closed),
      await makeIntent(system.em, store, closed),
      await makeIntent(system.em, store, closed),
    ];
    await addTransfer(system.em, late, { state: 'confirmed' });
    await addTransfer(system.em, dusty, { state: 'confirmed', amount: '0.0099' });
    const transferId = await addTransfer(system.em, known, { state: 'confirmed' });
    await system.em.execute(
      `insert into review_item (intent_id, transfer_id, kind, state, found) values (?, ?, 'late', 'open', '{}')`,
      [known, transferId],
    );
    expect(await reconciler.pass()).toMatchObject({ transfers: 1 });
    await system.untilStatus(late, IntentStatus.PENDING_MANUAL_OPERATION, 20_000);
    expect(await reconciler.pass()).toMatchObject({ transfers: 0 });
    expect(await system.em.fork().count(Dispatch, { subjectId: { $in: [dusty, known] } })).toBe(0);
  });

  it('signals a decision whose signal was lost', async () => {
    const closed = { queued: false, status: IntentStatus.TIMEOUT } as const;
    const intentId = await makeIntent(system.em, store, closed);
    await addTransfer(system.em, intentId, { state: 'confirmed' });
    await reconciler.pass();
    await system.untilStatus(intentId, IntentStatus.PENDING_MANUAL_OPERATION, 20_000);
    await system.em.execute(
      `update review_item set state = 'resolved', outcome = 'accepted', resolved_at = clock_timestamp() where intent_id = ?`,
      [intentId],
    );
    expect(await reconciler.pass()).toMatchObject({ decisions: 1 });
    await system.untilStatus(intentId, IntentStatus.CONFIRMED, 20_000);
    expect(await reconciler.pass()).toMatchObject({ decisions: 0, transfers: 0 });
  });

  it('deletes old outbox rows, expired nonces and old logged requests, and keeps every idempotency key', async () => {
    const nonce = () => randomBytes(8).toString('hex');
    await system.em.execute(
      `insert into api_nonce (api_key_id, nonce, expires_at) values ('st_x', ?, now() - interval '1 second'), ('st_x', ?, now() + interval '1 hour')`,
      [nonce(), nonce()],
    );
    await system.em.execute(
      `insert into dispatch (kind, subject_id, dedupe_key, data, done_at) values ('start_intent', 'x', ?, '{}', now() - interval '8 days')`,
      [nonce()],
    );
    await system.em.execute(
      `insert into idempotency_key (store_id, key, body_sha256, intent_id, created_at)
       values (?, 'old', '', '', now() - interval '8 days'), (?, 'ancient', '', '', now() - interval '8 years')`,
      [store.storeId, store.storeId],
    );
    const logged = `insert into request_log (request_id, store_id, api_key_id, at, method, path, http_status, code, duration_ms,
      client_address, request_headers, request_body, response_body)
      values ('r', ?, 'k', now() - ?::interval, 'GET', '/', 200, 0, 1, '::1', '{}', '', '')`;
    for (const age of ['10 days', '6 days']) await system.em.execute(logged, [store.storeId, age]);
    expect(await reconciler.pass()).toMatchObject({ purged: 3 });
    expect(await reconciler.pass()).toMatchObject({ purged: 0 });
    expect(await system.em.fork().count(IdempotencyKey, { storeId: store.storeId })).toBe(2);
  });

  it('deletes in one pass more nonces than fit in one batch', async () => {
    await system.em.execute(
      `insert into api_nonce (api_key_id, nonce, expires_at)
       select 'st_many', n::text, now() - interval '1 second' from generate_series(1, 12000) as n`,
    );
    expect(await reconciler.pass()).toMatchObject({ purged: 12_000 });
  });
});
