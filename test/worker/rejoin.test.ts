// A database that was restored from a backup, beside a Temporal that is newer: orders come back from their workflows, watchers wait for
// them, numbers that shops may have seen are passed over, and deliveries that the database has forgotten end.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIntentActivities } from '#activities/intent.ts';
import { listEvents } from '#db/events/list-events.ts';
import { beginAnotherLife, noteLife } from '#db/restores/database-life.ts';
import { createWatchLease } from '#db/watching/watch-lease.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { asOwner } from '#test/support/database.ts';
import { addTransfer, makeIntent, makeStore, setWatcher, type TestStore } from '#test/support/intents.ts';
import { orderActivities } from '#test/support/order-activities.ts';
import { type PaymentSystem, silent, startPaymentSystem } from '#test/support/payment-system.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { createRejoin } from '#worker/rejoin.ts';

let system: PaymentSystem;
let receiver: TestReceiver;
let store: TestStore;

beforeAll(async () => {
  [system, receiver] = await Promise.all([startPaymentSystem(), startReceiver()]);
  store = await makeStore(system.em, receiver.url);
  await noteLife(system.em);
});
afterAll(async () => {
  await system?.stop();
  await receiver?.stop();
});

const rejoin = () =>
  createRejoin({
    em: system.em,
    client: system.client,
    logger: silent,
    within: `CheckoutStoreId = "${store.storeId}"`,
  });

const rows = <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
  system.em.fork().execute<Row[]>(text, [...values]);

/** As a restore to a moment before the order: what refers to it is gone too. */
const forget = (id: string): Promise<void> =>
  asOwner(
    system.databaseUrl,
    'set local session_replication_role = replica',
    ...[
      'timeline_event',
      'token_transfer',
      'booking',
      'settlement',
      'webhook_event',
      'order_event',
      'email_message',
    ].map((table) => `delete from ${table} where intent_id = '${id}'`),
    `delete from webhook_attempt a where not exists (select from webhook_event e where e.id = a.event_id)`,
    `delete from dispatch where subject_id = '${id}'`,
    `delete from checkout_intent where id = '${id}'`,
  );

const untilListed = (workflowId: string) =>
  waitFor(async () => (await system.client.workflow.count(`WorkflowId="${workflowId}"`)).count > 0, {
    what: 'the workflow in the list',
    timeoutMs: 45_000,
  });

test('nothing to rejoin in a life that is known', async () => {
  expect(await rejoin().pass()).toBeNull();
});

test('orders come back with what pays them, are paid, and their webhook has the id that it had', async () => {
  const kept = await makeIntent(system.em, store);
  const lost = await makeIntent(system.em, store, { orderId: 'A-7' });
  for (const id of [kept, lost]) {
    await system.untilStarted(id);
    await untilListed((await system.handleOf(id)).workflowId);
  }
  const wanted = await rows(
    `select contract_id, deposit_address, receiver, fee_receiver, fee_rate_e9, amount_units, expires_at, api_key_id, order_id
     from checkout_intent where id = ?`,
    [lost],
  );
  // Paid, and the shop was told, in the time that the database forgets.
  const payment = { txHash: `0x${'ab'.repeat(32)}`, fromAddress: `0x${'12'.repeat(20)}` } as const;
  await system.pay(lost, payment);
  await system.untilStatus(lost, IntentStatus.CONFIRMED);
  const told = () => receiver.received.filter(({ body }) => body.includes(lost));
  await expect.poll(() => told().length).toBe(1);
  expect(await (await system.handleOf(lost)).result()).toBe('CONFIRMED');
  await forget(lost);
  await beginAnotherLife(system.em);
  await noteLife(system.em);

  await setWatcher(system.em, 31337, new Date(0));
  const lease = createWatchLease(system.em);
  expect(await lease.acquireLease(31337, 'early', 1_000)).toBeUndefined();
  expect(await rejoin().pass()).toMatchObject({ restoredOrders: 1, lostOrders: 0 });
  expect(await lease.acquireLease(31337, 'in time', 1_000)).toBeDefined();
  expect(await rejoin().pass()).toBeNull();

  expect(
    await rows(
      `select contract_id, deposit_address, receiver, fee_receiver, fee_rate_e9, amount_units, expires_at, api_key_id, order_id
       from checkout_intent where id = ?`,
      [lost],
    ),
  ).toEqual(wanted);
  // The watcher reads the block again.
  await system.pay(lost, payment);
  await system.untilStatus(lost, IntentStatus.CONFIRMED);
  await expect.poll(() => told().length).toBe(2);
  const [first, second] = told();
  expect(second?.headers['x-webhook-id']).toBe(first?.headers['x-webhook-id']);
  expect(second?.body).toBe(first?.body);
  expect(
    await rows("select count(*)::int as mails from email_message where intent_id = ? and kind = 'order_created'", [
      lost,
    ]),
  ).toEqual([{ mails: 0 }]);
  expect(await system.statusOf(kept)).toBe(IntentStatus.CREATED);
});

test('an order that cannot come back: its workflow fails, and says why', async () => {
  // Started by a signal, so that it keeps no record.
  const lost = await makeIntent(system.em, store, { queued: false });
  const transferId = await addTransfer(system.em, lost);
  await system.signal(lost, 'transferSeen', transferId);
  await system.untilStatus(lost, IntentStatus.ON_CHAIN);
  const handle = await system.handleOf(lost);
  await untilListed(handle.workflowId);
  await forget(lost);
  await beginAnotherLife(system.em);
  expect(await rejoin().pass()).toMatchObject({ restoredOrders: 0, lostOrders: 1 });
  await expect(handle.result()).rejects.toMatchObject({ cause: { message: expect.stringContaining(lost) } });
});

test('an open order whose workflow believes that it is over is followed again', async () => {
  const id = await makeIntent(system.em, store);
  await system.untilStarted(id);
  const handle = await system.handleOf(id);
  // The delivery in flight keeps the workflow running after its verdict.
  const held = receiver.hold();
  await system.pay(id);
  await system.untilStatus(id, IntentStatus.CONFIRMED);
  await expect.poll(held.isHeld).toBe(true);
  await asOwner(
    system.databaseUrl,
    'set local session_replication_role = replica',
    ...['booking', 'settlement', 'webhook_event', 'order_event', 'email_message'].map(
      (table) => `delete from ${table} where intent_id = '${id}'`,
    ),
    `update token_transfer set in_payment = false, booking_id = null where intent_id = '${id}'`,
    `update checkout_intent set status = 10, confirmed_at = null, actual_paid_units = null, service_fee_units = null,
       net_income_units = null, updated_at = now() where id = '${id}'`,
  );
  await beginAnotherLife(system.em);
  await rejoin().pass();
  await system.untilStatus(id, IntentStatus.CONFIRMED);
  held.release();
  expect(await handle.result()).toBe('CONFIRMED');
  expect(await rows('select state from webhook_event where intent_id = ?', [id])).toEqual([{ state: 'delivered' }]);
  expect(receiver.received.filter(({ body }) => body.includes(id))).toHaveLength(1);
});

test('a delivery that the database has forgotten ends', async () => {
  const { webhooks, emails } = await orderActivities(system.em);
  const attempt = { attemptKey: 'one', nextPauseMs: 1_000 };
  for (const eventId of [`evt_${'0'.repeat(32)}`, `whd_${'0'.repeat(32)}`])
    expect(await webhooks.deliverWebhook({ eventId, ...attempt })).toEqual({ kind: 'failed' });
  expect(await emails.sendEmail(`eml_${'0'.repeat(32)}`)).toBe('failed');
  expect(await emails.giveUpEmail(`eml_${'0'.repeat(32)}`)).toBe('failed');
});

test('numbers of events that a shop may have seen are passed over', async () => {
  const id = await makeIntent(system.em, store);
  const cancelNext = async (intentId: typeof id) =>
    createIntentActivities({ em: system.em, screening: createStaticScreening([]) }).cancelIntent(intentId);
  await cancelNext(id);
  const before = (await listEvents(system.em, store.storeId, 0n, 100)).events.at(-1)?.sequence ?? 0n;
  expect(before).toBeGreaterThan(0n);
  await beginAnotherLife(system.em);
  await cancelNext(await makeIntent(system.em, store));
  // Whoever lists first notes the new life, before it gives a number.
  const { events } = await listEvents(system.em, store.storeId, before + 40n, 100);
  expect(events.map(({ eventType }) => eventType)).toEqual(['checkout_intent.canceled']);
});
