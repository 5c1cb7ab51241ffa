// Screening and payment method through a real Temporal server: money from a denied payer waits for a person whatever its amount, a
// denied payer ends a checkout before money, and the webhook names the method that was really used.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebhookEvent } from '#db/entities/delivery.entity.ts';
import { CheckoutIntent, TimelineEvent } from '#db/entities/intent.entity.ts';
import type { IntentId } from '#domain/ids.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { IntentStatus, PaymentMethod } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { fetchHistoryJson } from '#test/support/history.ts';
import { makeIntent, makeStore, randomAddress, type TestStore } from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { announcePayment, recordMethod, screenPayer } from '#web/checkout/server/payer-service.ts';

const S = IntentStatus;
const DENIED = randomAddress();
const screening = createStaticScreening([DENIED]);
const hash = (): `0x${string}` => `0x${randomAddress().slice(2).toLowerCase().padEnd(64, '0')}`;
let system: PaymentSystem;
let store: TestStore;

beforeAll(async () => {
  system = await startPaymentSystem({ denyList: [DENIED] });
  store = await makeStore(system.em);
});
afterAll(() => system?.stop());

/** Everything in a workflow's history, decoded. */
const payloadsOf = async (intentId: IntentId): Promise<string> => {
  const { json } = await fetchHistoryJson(await system.handleOf(intentId));
  const payloads = [...json.matchAll(/"data": "([^"]*)"/g)];
  return payloads.map(([, data = '']) => Buffer.from(data, 'base64').toString()).join('\n');
};
const webhooks = (intentId: IntentId) => system.em.fork().find(WebhookEvent, { intent: intentId });

describe('money from a denied payer', () => {
  it('waits for a person, seen and confirmed alike, and is never announced as paid', async () => {
    const intentId = await system.startedIntent(store);
    const transferId = await system.see(intentId, { fromAddress: DENIED });
    await system.untilStatus(intentId, S.PENDING_MANUAL_OPERATION);
    await system.confirm(intentId, transferId);
    await system.untilWaitingFor(intentId, 'screening refuses');
    expect(await system.reviewsOf(intentId)).toEqual([{ kind: 'screening', transferId }]);
    expect((await payloadsOf(intentId)).toLowerCase()).not.toContain(DENIED.slice(2).toLowerCase());
    expect(await system.statusesOf(intentId)).toEqual(['PENDING_MANUAL_OPERATION']);
    expect(await webhooks(intentId)).toHaveLength(0);
  });

  it('holds a full payment at the same address until it vanishes', async () => {
    const intentId = await system.startedIntent(store);
    const bad = await system.see(intentId, { fromAddress: DENIED, amount: '1' });
    await system.untilStatus(intentId, S.PENDING_MANUAL_OPERATION);
    const good = await system.see(intentId);
    await system.confirm(intentId, good);
    // A query handled after the signal shows that the workflow has assessed both.
    await waitFor(
      async () => {
        const { events } = await (await system.handleOf(intentId)).fetchHistory();
        return events?.filter(({ workflowExecutionSignaledEventAttributes: signal }) => signal).length === 3;
      },
      { what: 'three signals', timeoutMs: 45_000 },
    );
    await system.untilWaitingFor(intentId, 'screening refuses');
    expect(await system.statusOf(intentId)).toBe(S.PENDING_MANUAL_OPERATION);
    await system.orphan(intentId, bad);
    await system.untilStatus(intentId, S.CONFIRMED);
    expect(await webhooks(intentId)).toHaveLength(1);
  });

  it('after CONFIRMED is a review of its own kind', async () => {
    const intentId = await system.startedIntent(store);
    await system.confirm(intentId, await system.see(intentId));
    await system.untilStatus(intentId, S.CONFIRMED);
    const transferId = await system.see(intentId, { fromAddress: DENIED });
    await system.untilReviewed(intentId, 'screening');
    expect(await system.reviewsOf(intentId)).toEqual([{ kind: 'screening', transferId }]);
    expect(await system.statusOf(intentId)).toBe(S.CONFIRMED);
  });
});

describe('a denied payer, before anything is sent', () => {
  it('ends the checkout as REJECTED through the workflow, however often it is requested', async () => {
    const intentId = await system.startedIntent(store);
    const ask = () => screenPayer({ orm: system.orm, screening }, intentId, DENIED.toLowerCase());
    const responses = await Promise.all([ask(), ask(), ask()]);
    expect(responses.map(({ kind }) => kind)).toEqual(['denied', 'denied', 'denied']);
    expect(await (await system.handleOf(intentId)).result()).toBe('REJECTED');
    expect(await system.statusOf(intentId)).toBe(S.REJECTED);
    const events = await system.em.fork().find(TimelineEvent, { intent: intentId, kind: 'payer_denied' });
    expect(events.map(({ data }) => data)).toEqual([{ payer: DENIED }]);
    // A request after the end starts no new run.
    await ask();
    expect(await system.em.fork().count(TimelineEvent, { intent: intentId, kind: 'payer_denied' })).toBe(1);
    // The account's address stays out of Temporal.
    const said = await payloadsOf(intentId);
    expect(said).toContain('"status":-2');
    expect(said.toLowerCase()).not.toContain(DENIED.slice(2).toLowerCase());
  });

  it('does not change a checkout that another payer has paid', async () => {
    const intentId = await system.startedIntent(store);
    const paid = await system.see(intentId);
    await system.untilStatus(intentId, S.ON_CHAIN);
    expect(await screenPayer({ orm: system.orm, screening }, intentId, DENIED)).toMatchObject({ kind: 'denied' });
    await system.confirm(intentId, paid);
    await system.untilStatus(intentId, S.CONFIRMED);
  });

  it('other payers pass, and malformed input is rejected', async () => {
    const intentId = await system.startedIntent(store);
    const deps = { orm: system.orm, screening };
    expect(await screenPayer(deps, intentId, randomAddress())).toEqual({ kind: 'allowed' });
    await expect(screenPayer(deps, intentId, '0x123')).rejects.toMatchObject({ code: 'bad_address' });
    expect(await system.statusOf(intentId)).toBe(S.CREATED);
  });
});

describe('the payment’s method', () => {
  const methodOf = async (intentId: IntentId): Promise<number[]> => {
    const { paymentMethodType } = await system.em.fork().findOneOrFail(CheckoutIntent, intentId);
    const bodies = (await webhooks(intentId)).map(({ body }) => JSON.parse(body) as { payment_method_type: number });
    return [paymentMethodType, ...bodies.map(({ payment_method_type }) => payment_method_type)];
  };
  const { WALLET_SCAN, WALLET_CONNECT, ALL_SCALE_PAY } = PaymentMethod;

  it.each([
    ['announced by the wallet path', [WALLET_CONNECT], true, WALLET_CONNECT],
    ['announced by AllScale Pay', [ALL_SCALE_PAY], true, ALL_SCALE_PAY],
    ['paid by hand after a wallet was chosen', [WALLET_CONNECT], false, WALLET_SCAN],
    ['paid by a wallet after the QR code was chosen', [WALLET_SCAN, WALLET_CONNECT], true, WALLET_CONNECT],
  ] as const)('%s', async (_name, chosen, announced, expected) => {
    const intentId = await system.startedIntent(store);
    for (const method of chosen) await recordMethod(system.orm, intentId, method);
    expect(await methodOf(intentId)).toEqual([chosen.at(-1)]);
    const txHash = hash();
    const method = chosen.at(-1) === ALL_SCALE_PAY ? ALL_SCALE_PAY : WALLET_CONNECT;
    const sent = announced ? txHash.toUpperCase().replace('0X', '0x') : hash();
    await announcePayment({ orm: system.orm, pools: new Map() }, intentId, { txHash: sent, method });
    await announcePayment({ orm: system.orm, pools: new Map() }, intentId, { txHash: sent, method });
    await recordMethod(system.orm, intentId, WALLET_SCAN); // Another tab shows the address meanwhile.
    await system.confirm(intentId, await system.see(intentId, { txHash }));
    await system.untilStatus(intentId, S.CONFIRMED);
    expect(await methodOf(intentId)).toEqual([expected, expected]);
    // Events after the payment change nothing.
    await recordMethod(system.orm, intentId, ALL_SCALE_PAY);
    await announcePayment({ orm: system.orm, pools: new Map() }, intentId, { txHash: hash(), method: ALL_SCALE_PAY });
    expect(await methodOf(intentId)).toEqual([expected, expected]);
  });

  // A Safe returns the hash of its own transaction, a smart account that of a user operation: neither is ever on the chain.
  it.each([
    ['by the payer that was screened', { isPayer: true, stood: WALLET_CONNECT, sent: [hash()] }, WALLET_CONNECT],
    [
      'by that payer, although another tab shows the address',
      { isPayer: true, stood: WALLET_SCAN, sent: [hash()] },
      WALLET_CONNECT,
    ],
    [
      'by another contract: the method that stood',
      { isPayer: false, stood: WALLET_CONNECT, sent: [hash()] },
      WALLET_CONNECT,
    ],
    ['by a stranger after the QR code was chosen', { isPayer: false, stood: WALLET_SCAN, sent: [hash()] }, WALLET_SCAN],
    ['by the payer without an announcement', { isPayer: true, stood: WALLET_SCAN, sent: [] }, WALLET_SCAN],
  ] as const)('of a hash that never appears, %s', async (_name, { isPayer, stood, sent }, expected) => {
    const intentId = await system.startedIntent(store);
    const [payer, another] = [randomAddress(), randomAddress()];
    for (let twice = 0; twice < 2; twice += 1)
      await screenPayer({ orm: system.orm, screening }, intentId, payer.toLowerCase());
    for (const txHash of sent)
      await announcePayment({ orm: system.orm, pools: new Map() }, intentId, { txHash, method: WALLET_CONNECT });
    await recordMethod(system.orm, intentId, stood);
    await system.confirm(intentId, await system.see(intentId, { fromAddress: isPayer ? payer : another }));
    await system.untilStatus(intentId, S.CONFIRMED);
    expect(await methodOf(intentId)).toEqual([expected, expected]);
  });

  it('of a part whose announcement was seen is not that of another part', async () => {
    const intentId = await system.startedIntent(store);
    const [payer, txHash] = [randomAddress(), hash()];
    await screenPayer({ orm: system.orm, screening }, intentId, payer);
    await announcePayment({ orm: system.orm, pools: new Map() }, intentId, { txHash, method: WALLET_CONNECT });
    await system.confirm(intentId, await system.see(intentId, { txHash, amount: '4', fromAddress: payer }));
    await system.confirm(intentId, await system.see(intentId, { amount: '6' }));
    await system.untilStatus(intentId, S.CONFIRMED);
    expect(await methodOf(intentId)).toEqual([WALLET_SCAN, WALLET_SCAN]);
  });

  it('rejects malformed input', async () => {
    const intentId = await makeIntent(system.em, store, { queued: false });
    const announced = { txHash: '0x12', method: WALLET_CONNECT };
    await expect(announcePayment({ orm: system.orm, pools: new Map() }, intentId, announced)).rejects.toMatchObject({
      code: 'bad_hash',
    });
  });
});
