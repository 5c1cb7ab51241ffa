// Whole payments through a real Temporal server and a real Postgres. Rows and signals play the watcher's part.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Settlement } from '#db/entities/chain.entity.ts';
import { WebhookEvent } from '#db/entities/delivery.entity.ts';
import { CheckoutIntent, TimelineEvent } from '#db/entities/intent.entity.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatUnits, unitsOf } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import {
  addTransfer,
  makeIntent,
  makeStore,
  randomAddress,
  setWatcher,
  type TestStore,
} from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import {
  CANCEL_REFUSED,
  CheckoutChainId,
  CheckoutOrderId,
  CheckoutStatus,
  CheckoutStoreId,
  cancel,
  waitingFor,
} from '#workflows/messages.ts';

const S = IntentStatus;
let system: PaymentSystem;
let store: TestStore;

beforeAll(async () => {
  system = await startPaymentSystem();
  store = await makeStore(system.em);
});
afterAll(() => system?.stop());

const readIntent = (intentId: IntentId) => system.em.fork().findOneOrFail(CheckoutIntent, intentId);

const expectPaidOnce = async (intentId: IntentId, settlements = 1): Promise<void> => {
  const em = system.em.fork();
  expect(await em.count(WebhookEvent, { intent: intentId })).toBe(1);
  expect(await em.count(Settlement, { intent: intentId })).toBe(settlements);
};

describe('enough money', () => {
  it('goes through ON_CHAIN to CONFIRMED', async () => {
    const intentId = await system.startedIntent(store, { orderId: 'A-1001' });
    const transferId = await system.see(intentId);
    await system.untilStatus(intentId, S.ON_CHAIN);
    // The task that wrote the status is over: a signal that shares it would save events.
    await system.untilWaitingFor(intentId, 'confirmations');
    await system.confirm(intentId, transferId);

    const handle = await system.handleOf(intentId);
    expect(await handle.result()).toBe('CONFIRMED');
    expect(await system.statusesOf(intentId)).toEqual(['ON_CHAIN', 'CONFIRMED']);
    await expectPaidOnce(intentId);
    const intent = await readIntent(intentId);
    expect(intent.actualPaidUnits).toBe(10n ** 19n);
    expect((intent.serviceFeeUnits ?? 0n) + (intent.netIncomeUnits ?? 0n)).toBe(10n ** 19n);
  });

  it('can be found in Temporal by order, store, status and chain, with a readable summary', async () => {
    const orderId = `order-${Date.now()}`;
    const intentId = await system.startedIntent(store, { orderId });
    const handle = await system.handleOf(intentId);
    expect(await handle.query(waitingFor)).toMatch(/^a payment, until \d{4}-/);
    await system.see(intentId);
    await system.untilStatus(intentId, S.ON_CHAIN);
    await waitFor(async () => (await handle.describe()).typedSearchAttributes.get(CheckoutStatus) === 'ON_CHAIN', {
      what: 'the status in the search attributes',
      timeoutMs: 45_000,
    });
    const description = await handle.describe();
    const attributes = description.typedSearchAttributes;
    expect(attributes.get(CheckoutOrderId)).toBe(orderId);
    expect(attributes.get(CheckoutStoreId)).toBe(store.storeId);
    expect(attributes.get(CheckoutChainId)).toBe('31337');
    expect(await description.staticSummary()).toBe(`Checkout of 10.0000 USDT, order ${orderId}`);
    expect(await handle.query(waitingFor)).toBe('confirmations of the payment');
    const query = `CheckoutOrderId="${orderId}" and CheckoutStatus="ON_CHAIN" and CheckoutChainId="31337"`;
    await waitFor(async () => (await system.client.workflow.count(query)).count === 1, {
      what: 'the order in the list',
      timeoutMs: 45_000,
    });
  });

  it('that arrived before the workflow is assessed at its start', async () => {
    const intentId = await makeIntent(system.em, store, { queued: false });
    await system.pay(intentId);
    await system.untilStatus(intentId, S.CONFIRMED);
    await expectPaidOnce(intentId);
  });

  it('in two parts adds up, extends the deadline once, and settles once for each token', async () => {
    const intentId = await system.startedIntent(store, { amount: '10', acceptedStableCoins: [1, 2] });
    const { expiresAt } = await readIntent(intentId);
    await system.pay(intentId, { amount: '4' });
    await system.untilWaitingFor(intentId, 'the rest of the payment');
    const extended = await readIntent(intentId);
    expect(extended.status).toBe(S.CREATED);
    expect(extended.expiresAt.getTime() - expiresAt.getTime()).toBe(1_800_000);
    await system.pay(intentId, { amount: '6', coin: 2 });
    await system.untilStatus(intentId, S.CONFIRMED);
    expect(await system.em.fork().count(TimelineEvent, { intent: intentId, kind: 'clock_extended' })).toBe(1);
    await expectPaidOnce(intentId, 2);
  });

  it('within the tolerance is paid, and above the price shows the surplus', async () => {
    const short = await system.startedIntent(store, { amount: '10' });
    const over = await system.startedIntent(store, { amount: '10' });
    await Promise.all([system.pay(short, { amount: '9.95' }), system.pay(over, { amount: '12.5' })]);
    await system.untilStatus(short, S.CONFIRMED);
    await system.untilStatus(over, S.CONFIRMED);
    expect(formatUnits(unitsOf((await readIntent(short)).surplusUnits ?? -1n))).toBe('0.0000');
    expect(formatUnits(unitsOf((await readIntent(over)).surplusUnits ?? -1n))).toBe('2.5000');
  });
});

describe('misfits', () => {
  it.each([
    ['wrong_coin', { coin: 2 }],
    ['wrong_chain', { chainId: 31338 }],
    ['late', { blockTime: new Date(Date.now() + 7_200_000) }],
  ] as const)('%s waits for a person, once', async (kind, fields) => {
    const intentId = await system.startedIntent(store);
    const transferId = await system.pay(intentId, fields);
    await system.untilStatus(intentId, S.PENDING_MANUAL_OPERATION);
    await system.untilWaitingFor(intentId, 'a person to decide');
    expect(await system.reviewsOf(intentId)).toEqual([{ kind, transferId }]);
    expect(await system.em.fork().count(WebhookEvent, { intent: intentId })).toBe(0);
  });

  it('do not block the right payment', async () => {
    const intentId = await system.startedIntent(store);
    const wrong = await system.see(intentId, { coin: 2 });
    await system.untilStatus(intentId, S.PENDING_MANUAL_OPERATION);
    await system.pay(intentId);
    await system.untilStatus(intentId, S.CONFIRMED);
    expect(await system.reviewsOf(intentId)).toEqual([{ kind: 'wrong_coin', transferId: wrong }]);
    await expectPaidOnce(intentId);
  });

  it('after CONFIRMED are a review row, and the status stays', async () => {
    const intentId = await system.startedIntent(store);
    await system.pay(intentId);
    await system.untilStatus(intentId, S.CONFIRMED);
    const second = await system.pay(intentId);
    await system.untilReviewed(intentId, 'second_payment');
    expect(await system.reviewsOf(intentId)).toEqual([{ kind: 'second_payment', transferId: second }]);
    expect(await system.statusOf(intentId)).toBe(S.CONFIRMED);
    await expectPaidOnce(intentId);
  });

  it.each([S.TIMEOUT, S.UNDERPAID, S.CANCELED])(
    'after verdict %i wait for a person and confirm nothing',
    async (status) => {
      const intentId = await makeIntent(system.em, store, { status, queued: false });
      const transferId = await system.pay(intentId);
      await system.untilStatus(intentId, S.PENDING_MANUAL_OPERATION);
      expect(await system.reviewsOf(intentId)).toEqual([{ kind: 'late', transferId }]);
      // It vanishes again: the verdict stands as before.
      await system.orphan(intentId, transferId);
      await system.untilStatus(intentId, status);
      expect(await system.em.fork().count(WebhookEvent, { intent: intentId })).toBe(0);
    },
  );
});

describe('a reorganisation', () => {
  it('before confirmation sets the intent back to waiting; paid again, it is announced once', async () => {
    const intentId = await system.startedIntent(store);
    const lost = await system.see(intentId);
    await system.untilStatus(intentId, S.ON_CHAIN);
    await system.orphan(intentId, lost);
    await system.untilStatus(intentId, S.TEMP_WALLET_RECEIVED);
    await system.pay(intentId);
    await system.untilStatus(intentId, S.CONFIRMED);
    await expectPaidOnce(intentId);
  });

  it('after CONFIRMED is a review row; the same transaction mined again joins the payment', async () => {
    const intentId = await system.startedIntent(store);
    const txHash = `0x${'ab'.repeat(31)}${Date.now().toString(16).slice(-2)}` as const;
    const sent = { txHash, fromAddress: randomAddress() };
    const lost = await system.pay(intentId, sent);
    await system.untilStatus(intentId, S.CONFIRMED);
    await system.orphan(intentId, lost);
    await system.untilReviewed(intentId, 'reorg_after_confirmed');
    const again = await system.pay(intentId, sent);
    await waitFor(
      async () => {
        const rows = await system.em
          .fork()
          .execute<{ in_payment: boolean }[]>('select in_payment from token_transfer where id = ?', [again]);
        return rows[0]?.in_payment;
      },
      { what: 'the new transfer in the payment', timeoutMs: 45_000 },
    );
    expect(await system.statusOf(intentId)).toBe(S.CONFIRMED);
    expect(await system.reviewsOf(intentId)).toEqual([{ kind: 'reorg_after_confirmed', transferId: lost }]);
    await expectPaidOnce(intentId);
  });
});

describe('cancel', () => {
  it('ends an intent that waits', async () => {
    const intentId = await system.startedIntent(store);
    const handle = await system.handleOf(intentId);
    expect(await handle.executeUpdate(cancel)).toBe(S.CANCELED);
    expect(await handle.result()).toBe('CANCELED');
    expect(await system.statusOf(intentId)).toBe(S.CANCELED);
  });

  it('is rejected once money was seen, even before the workflow gets the signal', async () => {
    const signalled = await system.startedIntent(store);
    await system.see(signalled, { amount: '1' });
    await system.untilWaitingFor(signalled, 'the rest of the payment');
    const unsignalled = await system.startedIntent(store);
    await addTransfer(system.em, unsignalled);
    for (const intentId of [signalled, unsignalled]) {
      await expect((await system.handleOf(intentId)).executeUpdate(cancel)).rejects.toMatchObject({
        cause: { type: CANCEL_REFUSED },
      });
      expect(await system.statusOf(intentId)).toBe(S.CREATED);
    }
  });
});

describe('the deadline', () => {
  it('closes nothing before every accepted chain is past it', async () => {
    const expiresAt = new Date(Date.now() - 60_000);
    const intentId = await makeIntent(system.em, store, { expiresAt, acceptedChainIds: [31337, 31338] });
    await setWatcher(system.em, 31337, new Date(expiresAt.getTime() + 1));
    await setWatcher(system.em, 31338, expiresAt);
    await system.untilWaitingFor(intentId, 'blocked: chains 31338 behind the deadline');
    expect(await system.statusOf(intentId)).toBe(S.CREATED);
    await setWatcher(system.em, 31338, new Date(expiresAt.getTime() + 1));
    await system.untilStatus(intentId, S.TIMEOUT);
  });
});
