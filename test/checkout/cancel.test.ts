// The shopper's cancel against real workflows: canceled once, rejected once money was seen, and an honest message while Temporal or the
// worker is unavailable.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TimelineEvent } from '#db/entities/intent.entity.ts';
import { type IntentId, makeIntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { addTransfer, makeIntent, makeStore, setTransferState, type TestStore } from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { testTemporal } from '#test/support/temporal.ts';
import { CALLING_DOORS } from '#web/access/calling-doors.ts';
import { type CancelResult, cancelCheckout, createCancel } from '#web/checkout/server/cancel-service.ts';
import { linkTemporal, type TemporalLink } from '#web/checkout/server/temporal-client.ts';
import { WorkflowType } from '#workflows/messages.ts';

const S = IntentStatus;
let system: PaymentSystem;
let store: TestStore;
let temporal: TemporalLink;

beforeAll(async () => {
  system = await startPaymentSystem();
  store = await makeStore(system.em);
  temporal = linkTemporal(testTemporal());
});
afterAll(async () => {
  await temporal?.close();
  await system?.stop();
});

const cancel = (intentId: IntentId, link = temporal): Promise<CancelResult | null> =>
  cancelCheckout({ orm: system.orm, temporal: link }, intentId);

it('cancels once, however often and from however many tabs it is requested', async () => {
  const intentId = await system.startedIntent(store);
  const responses = await Promise.all([cancel(intentId), cancel(intentId), cancel(intentId)]);
  expect(responses.map((response) => response?.kind)).toEqual(['canceled', 'canceled', 'canceled']);
  expect(await (await system.handleOf(intentId)).result()).toBe('CANCELED');
  expect(await cancel(intentId)).toMatchObject({ kind: 'canceled' });
  expect(await system.em.fork().count(TimelineEvent, { intent: intentId, statusTo: S.CANCELED })).toBe(1);
});

it('is rejected once money was seen, even before the workflow gets the signal', async () => {
  const unsignalled = await system.startedIntent(store);
  await addTransfer(system.em, unsignalled, { amount: '1' });
  const signalled = await system.startedIntent(store);
  await system.signal(signalled, 'transferSeen', await addTransfer(system.em, signalled));
  await system.untilStatus(signalled, S.ON_CHAIN);
  for (const intentId of [unsignalled, signalled]) {
    expect(await cancel(intentId)).toEqual({ kind: 'refused', reason: 'paymentSeen' });
  }
  expect(await system.statusOf(unsignalled)).toBe(S.CREATED);
});

it('works again after a reorganisation removed the money', async () => {
  const intentId = await system.startedIntent(store);
  await setTransferState(system.em, await addTransfer(system.em, intentId, { amount: '1' }), 'orphaned');
  expect(await cancel(intentId)).toMatchObject({ kind: 'canceled' });
});

it('does not cancel a checkout that has ended or does not exist', async () => {
  const ended = await makeIntent(system.em, store, { status: S.TIMEOUT, queued: false });
  expect(await cancel(ended)).toMatchObject({ kind: 'refused', reason: 'ended' });
  expect(await cancel(makeIntentId(1, randomBytes(8)))).toBeNull();
});

it('says that nothing changed while Temporal is down or has not started the workflow', async () => {
  const down = linkTemporal({ address: `127.0.0.1:${await freePort()}`, namespace: 'default' });
  const intentId = await system.startedIntent(store);
  try {
    expect(await cancel(intentId, down)).toEqual({ kind: 'unavailable' });
  } finally {
    await down.close();
  }
  expect(await system.statusOf(intentId)).toBe(S.CREATED);
  const notBegun = await makeIntent(system.em, store, { queued: false });
  expect(await cancel(notBegun)).toMatchObject({ kind: 'unavailable' });
  // The same request succeeds when Temporal replies.
  expect(await cancel(intentId)).toMatchObject({ kind: 'canceled' });
});

it('says that the result is unknown while no worker runs', async () => {
  const intentId = await makeIntent(system.em, store, { queued: false });
  const handle = await system.client.workflow.start(WorkflowType.checkoutIntent, {
    workflowId: (await system.handleOf(intentId)).workflowId,
    taskQueue: `nobody-${randomBytes(4).toString('hex')}`,
    args: [{ intentId, expiresAt: new Date(Date.now() + 60_000).toISOString() }],
  });
  expect(await cancel(intentId)).toMatchObject({ kind: 'pending' });
  expect(await system.statusOf(intentId)).toBe(S.CREATED);
  await handle.terminate();
});

it('a shopper’s browser that cancels on and on is stopped before Temporal is asked, by order and by address', async () => {
  const intentId = await makeIntent(system.em, store, { queued: false });
  let asked = 0;
  const isReachable = async (): Promise<boolean> => {
    asked += 1;
    return false;
  };
  const away = { isReachable } as never as TemporalLink;
  const limited = createCancel({ orm: system.orm, temporal: away });
  const { perOrder } = CALLING_DOORS.cancel;
  const kinds: (string | undefined)[] = [];
  for (let attempt = 0; attempt <= perOrder; attempt += 1) {
    // Each from an address of its own.
    kinds.push((await limited({ intentId, clientAddress: `198.51.100.${attempt}` }))?.kind);
  }
  expect(kinds).toEqual([...Array.from({ length: perOrder }, () => 'unavailable'), 'tooOften']);
  expect(asked).toBe(perOrder);
});
