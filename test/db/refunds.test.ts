// Whose money can go back, how much of it, and that nothing gets past the database's limit: two at once included.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { readIntentSnapshot } from '#db/intents/intent-snapshot.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { applyRefundUpdate, type RefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { type RefundableOrder, readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { type NewRefund, recordRefund } from '#db/refunds/refunds.ts';
import type { Address } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, multiply, ONE_COIN, ZERO } from '#domain/money.ts';
import type { RefundShare } from '#domain/refunds.ts';
import { IntentStatus } from '#domain/status.ts';
import { readStoredFacts } from '#simulate/system/checks/facts.ts';
import { bookingsAddUp } from '#simulate/system/checks/money.ts';
import { randomHash } from '#test/support/intents.ts';
import { type Ledger, type NewTransfer, openLedger, RECEIVER } from './intents.ts';

const A: Address = '0xAaaaaAaAaAaAaAAAaaaaaaAaAaaAAAAaAAaAAaAa'.toLowerCase() as Address;
const B: Address = `0x${'bb'.repeat(20)}`;
const USDC: Address = `0x${'cc'.repeat(20)}`;
const actor: Actor = { kind: 'member', id: 'm-1', email: 'owner@shop.example' };

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

type Sent = NewTransfer & { coins: number };

/** An order of 10 that these transfers paid, in this order. */
const paidOrder = async (sent: readonly Sent[]): Promise<IntentId> => {
  const intentId = await ledger.newIntent({ amountUnits: multiply(ONE_COIN, 10n) });
  const blockTime = new Date();
  const ids: string[] = [];
  for (const [logIndex, { coins, ...change }] of sent.entries())
    ids.push(await ledger.newTransfer(intentId, coins, { blockTime, logIndex, ...change }));
  await changeIntent(ledger.orm.em.fork(), {
    intentId,
    actor: 'workflow',
    to: IntentStatus.CONFIRMED,
    paymentTransferIds: ids,
  });
  return intentId;
};

const orderOf = async (intentId: IntentId): Promise<RefundableOrder> => {
  const order = await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, intentId);
  if (!order) throw new Error('no order');
  return order;
};

const shareOf = async (intentId: IntentId, payer: Address, token = RECEIVER): Promise<RefundShare> => {
  const share = (await orderOf(intentId)).shares.find((one) => one.payer === payer && one.token === token);
  if (!share) throw new Error('no share');
  return share;
};

const refund = (
  intentId: IntentId,
  payer: Address,
  coins: number,
  change: Partial<Record<keyof NewRefund, unknown>> = {},
) =>
  recordRefund(ledger.orm.em, {
    storeId: ledger.storeId,
    intentId,
    of: { chainId: 31337, token: RECEIVER, payer },
    source: 'wallet',
    toAddress: payer,
    feeBearer: 'merchant',
    amountBaseUnits: baseUnitsOf(Math.round(coins * 1e6)),
    feeBaseUnits: ZERO,
    withheldBaseUnits: ZERO,
    reviewItemId: null,
    requestId: null,
    orderDigest: null,
    callData: '0x',
    fromBlock: 1n,
    deadline: new Date(),
    actor,
    reason: 'The shopper asked',
    ...change,
  } as NewRefund);

const later = (seconds: number): Date => new Date(Date.now() + seconds * 1000);
const coins = (baseUnits: bigint): number => Number(baseUnits) / 1e6;

describe('a surplus belongs to its own sender', () => {
  test('A sends 100 and B 0.02 in the same block: 90 of A and 0.02 of B, never 90.02 of B', async () => {
    const intentId = await paidOrder([
      { coins: 100, from: A },
      { coins: 0.02, from: B },
    ]);
    const offered = (await orderOf(intentId)).shares.map(({ payer, parts, remainingBaseUnits }) => [
      payer,
      parts.map((part) => [part.kind, coins(part.amountBaseUnits)]),
      coins(remainingBaseUnits),
    ]);
    expect(offered).toEqual([
      [A, [['surplus', 90]], 100],
      [B, [['surplus', 0.02]], 0.02],
    ]);
    await expect(refund(intentId, B, 90.02)).rejects.toMatchObject({ code: 'already_sent_back' });
    await expect(refund(intentId, B, 0.020001)).rejects.toMatchObject({ code: 'already_sent_back' });
    await refund(intentId, B, 0.02);
    await refund(intentId, A, 90);
    expect((await shareOf(intentId, A)).parts).toEqual([]);
    expect(coins((await shareOf(intentId, A)).remainingBaseUnits)).toBe(10);
  });

  test('in two coins and on two networks each keeps its own', async () => {
    const intentId = await paidOrder([
      { coins: 6, from: A, coin: 2, token: USDC, chainId: 31338 },
      { coins: 7, from: A, blockTime: later(1) },
      { coins: 2, from: A, blockTime: later(2), coin: 2, token: USDC, chainId: 31338 },
    ]);
    const { shares } = await orderOf(intentId);
    expect(
      shares.map(({ chainId, coin, parts }) => [chainId, coin, parts.map((part) => coins(part.amountBaseUnits))]),
    ).toEqual([
      [31338, 2, [2]],
      [31337, 1, [3]],
    ]);
  });
});

describe('partial refunds of a paid order', () => {
  test('several, up to what the payer sent, and not a unit more', async () => {
    const intentId = await paidOrder([{ coins: 10, from: A }]);
    await refund(intentId, A, 4);
    await refund(intentId, A, 5.999999);
    await expect(refund(intentId, A, 0.000002)).rejects.toMatchObject({ code: 'already_sent_back' });
    await refund(intentId, A, 0.000001);
    expect(await shareOf(intentId, A)).toMatchObject({ remainingBaseUnits: 0n, refundedBaseUnits: 10_000_000n });
    expect((await orderOf(intentId)).refunds.map(({ amountBaseUnits }) => coins(amountBaseUnits))).toEqual([
      4, 5.999999, 0.000001,
    ]);
  });

  test('what failed can be refunded again, and what the payer bears counts', async () => {
    const intentId = await paidOrder([{ coins: 10, from: A }]);
    const { id } = await refund(intentId, A, 9, { feeBearer: 'payer', withheldBaseUnits: baseUnitsOf(1_000_000) });
    expect(coins((await shareOf(intentId, A)).remainingBaseUnits)).toBe(0);
    await ledger.rows(`update send_back set state = 'failed' where id = ?`, [id]);
    await refund(intentId, A, 10);
    const back = ledger.rows(`update send_back set state = 'signed' where id = ?`, [id]);
    await expect(back).rejects.toThrow(/would be more than/);
  });

  test('to another address, which the audit log has', async () => {
    const intentId = await paidOrder([{ coins: 10, from: A }]);
    await refund(intentId, A, 1, { toAddress: B });
    const audit = `select data ->> 'to' as to, data ->> 'payer' as payer from audit_entry where subject_id = ?`;
    expect(await ledger.rows(audit, [intentId])).toEqual([{ to: B, payer: A }]);
  });

  test('of two at once that would be too much together, one is recorded', async () => {
    const intentId = await paidOrder([{ coins: 10, from: A }]);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => refund(intentId, A, 6)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await ledger.rows('select count(*)::int as n from send_back where intent_id = ?', [intentId])).toEqual([
      { n: 1 },
    ]);
  });

  test('the database rejects a row that no code path checked', async () => {
    const intentId = await paidOrder([{ coins: 10, from: A }]);
    await refund(intentId, A, 4);
    const copy = `insert into send_back (intent_id, chain_id, token, coin, source, call_data, payer_address, to_address, fee_bearer,
        amount_base_units, amount_units, fee_base_units, from_block, deadline, state, requested_by)
      select intent_id, chain_id, token, coin, source, call_data, ?, to_address, fee_bearer, 6000001, amount_units, 0, 1, now(), 'signed', 'x'
      from send_back where intent_id = ?`;
    await expect(ledger.rows(copy, [A, intentId])).rejects.toThrow(/would be more than/);
    await expect(ledger.rows(copy, [B, intentId])).rejects.toThrow(/would be more than 0 sent/);
  });

  test('money of a transfer that a reorganisation took is not there to refund', async () => {
    const intentId = await paidOrder([{ coins: 10, from: A }]);
    await ledger.newTransfer(intentId, 5, { from: A, state: 'orphaned' });
    await ledger.newTransfer(intentId, 5, { from: A, state: 'seen' });
    expect(coins((await shareOf(intentId, A)).receivedBaseUnits)).toBe(10);
    await expect(refund(intentId, A, 10.000001)).rejects.toMatchObject({ code: 'already_sent_back' });
  });
});

test('an event on the chain is one refund', async () => {
  const txHash = randomHash();
  const paid = { txHash, logIndex: 3, from: B };
  const [first, second] = [await paidOrder([{ coins: 10, from: A }]), await paidOrder([{ coins: 10, from: A }])];
  await refund(first, A, 2, { source: 'external', paid });
  await expect(refund(second, A, 2, { source: 'external', paid })).rejects.toMatchObject({ code: 'already_sent_back' });
  await refund(second, A, 2, { source: 'external', paid: { ...paid, logIndex: 4 } });
  expect(await orderOf(second)).toMatchObject({ refunds: [{ state: 'sent', source: 'external', txHash }] });
});

describe('the status while a refund is under way', () => {
  const statusOf = async (intentId: IntentId) =>
    (await ledger.rows<{ status: number }>('select status from checkout_intent where id = ?', [intentId]))[0]?.status;
  const movesOf = (intentId: IntentId) =>
    ledger.rows<{ move: string }>(
      `select status_from || ' ' || status_to as move from timeline_event where intent_id = ? and kind = 'status' order by id`,
      [intentId],
    );
  const confirmed = (logIndex: number): RefundUpdate => ({
    ...{ kind: 'confirmed', txHash: randomHash(), logIndex, feeBaseUnits: ZERO },
  });
  const announced = (intentId: IntentId) =>
    ledger.rows(
      `select (select count(*)::int from webhook_event where intent_id = ? and event_type = 'checkout_intent.confirmed') as webhooks,
        (select count(*)::int from email_message where intent_id = ? and kind in ('order_paid', 'shopper_receipt')) as emails`,
      [intentId, intentId],
    );

  test('is SEND_BACK until the last of them has ended, then CONFIRMED again, which announces nothing', async () => {
    const intentId = await paidOrder([{ coins: 10, from: A }]);
    const before = await announced(intentId);
    const [first, second] = [await refund(intentId, A, 1), await refund(intentId, A, 2)];
    expect(await statusOf(intentId)).toBe(IntentStatus.SEND_BACK);
    expect((await readIntentSnapshot(ledger.orm.em.fork(), intentId)).snapshot).toMatchObject({
      status: IntentStatus.SEND_BACK,
      terms: { refundingFrom: IntentStatus.CONFIRMED },
    });
    expect(await applyRefundUpdate(ledger.orm.em, first.id, confirmed(0))).toBe(true);
    expect(await statusOf(intentId)).toBe(IntentStatus.SEND_BACK);
    expect(await applyRefundUpdate(ledger.orm.em, second.id, { kind: 'failed', reason: 'expired' })).toBe(true);
    expect(await applyRefundUpdate(ledger.orm.em, second.id, { kind: 'failed', reason: 'expired' })).toBe(false);
    expect(await statusOf(intentId)).toBe(IntentStatus.CONFIRMED);
    expect((await movesOf(intentId)).map(({ move }) => move).slice(-2)).toEqual(['20 5', '5 20']);
    expect(await announced(intentId)).toEqual(before);
    const signals = `select count(*)::int as n from dispatch where subject_id = ? and kind = 'signal_intent'`;
    expect(await ledger.rows(signals, [intentId])).toEqual([{ n: 4 }]);
  });

  test.each([IntentStatus.TIMEOUT, IntentStatus.UNDERPAID, IntentStatus.CANCELED])(
    'of an order that ended as %i returns to it, and never to CONFIRMED',
    async (verdict) => {
      const intentId = await ledger.newIntent();
      await ledger.newTransfer(intentId, 3, { from: A });
      await changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', to: verdict });
      const { id } = await refund(intentId, A, 3);
      const wrong = { intentId, actor: 'workflow', to: IntentStatus.CONFIRMED } as const;
      await expect(changeIntent(ledger.orm.em.fork(), wrong)).rejects.toThrow(/may not move SEND_BACK to CONFIRMED/);
      await applyRefundUpdate(ledger.orm.em, id, confirmed(0));
      expect(await statusOf(intentId)).toBe(verdict);
    },
  );

  test('an order that is paid does not leave SEND_BACK for anything but CONFIRMED', async () => {
    const intentId = await paidOrder([{ coins: 10, from: A }]);
    await refund(intentId, A, 3);
    const wrong = { intentId, actor: 'workflow', to: IntentStatus.TIMEOUT } as const;
    await expect(changeIntent(ledger.orm.em.fork(), wrong)).rejects.toThrow(/may not move SEND_BACK to TIMEOUT/);
  });

  test('an order that waits for its payment is not refunded', async () => {
    const intentId = await ledger.newIntent();
    await ledger.newTransfer(intentId, 3, { from: A });
    await expect(refund(intentId, A, 3)).rejects.toMatchObject({ code: 'order_open' });
  });

  test('late money that the wallet paid back is booked, settled and decided; beside undecided money it waits', async () => {
    const intentId = await ledger.newIntent();
    const [own, other] = [
      await ledger.newTransfer(intentId, 3, { from: A }),
      await ledger.newTransfer(intentId, 4, { from: B }),
    ];
    await changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', to: IntentStatus.TIMEOUT });
    await changeIntent(ledger.orm.em.fork(), {
      intentId,
      actor: 'workflow',
      to: IntentStatus.PENDING_MANUAL_OPERATION,
      reviews: [own, other].map((transferId) => ({ kind: 'late', transferId })),
    });
    const reviewIdOf = async (payer: Address) => {
      const [part] = (await shareOf(intentId, payer)).parts;
      return part?.kind === 'review' ? part.reviewItemId : '';
    };
    const { id } = await refund(intentId, A, 3, { reviewItemId: await reviewIdOf(A) });
    const reading = await readIntentSnapshot(ledger.orm.em.fork(), intentId);
    expect(reading.snapshot.terms).toMatchObject({ refundingFrom: 4, closedAs: IntentStatus.TIMEOUT });
    await applyRefundUpdate(ledger.orm.em, id, confirmed(0));
    expect((await readIntentSnapshot(ledger.orm.em.fork(), intentId)).snapshot.terms.closedAs).toBe(
      IntentStatus.TIMEOUT,
    );
    const owed = 'select state from settlement where intent_id = ?';
    expect(await ledger.rows(owed, [intentId])).toEqual([]);
    const rest = await refund(intentId, B, 4, {
      reviewItemId: await reviewIdOf(B),
      source: 'deposit',
      orderDigest: randomHash(),
    });
    await applyRefundUpdate(ledger.orm.em, rest.id, {
      ...confirmed(1),
      feeBaseUnits: baseUnitsOf(80_000),
    } as RefundUpdate);
    expect(await ledger.rows(owed, [intentId])).toEqual([{ state: 'pending' }]);
    const booked = `select kind, gross_units::text as gross, fee_units::text as fee from booking where intent_id = ?`;
    expect(await ledger.rows(booked, [intentId])).toEqual([
      { kind: 'accepted', gross: String(3n * ONE_COIN), fee: String((3n * ONE_COIN) / 50n) },
    ]);
    const reviews = 'select distinct state, outcome from review_item where intent_id = ?';
    expect(await ledger.rows(reviews, [intentId])).toEqual([{ state: 'resolved', outcome: 'sent_back' }]);
    // Booked, and never paid: the system simulation's check allows it for refunded money only.
    const stored = await readStoredFacts(ledger.orm.em);
    const booksOf = (facts: typeof stored): string[] => {
      const violations: string[] = [];
      bookingsAddUp(facts, (_invariant, message) => violations.push(message));
      return violations.filter((message) => message.includes(intentId));
    };
    expect(booksOf(stored)).toEqual([]);
    expect(booksOf({ ...stored, refunds: [] })).toEqual([
      expect.stringContaining('neither was the order paid nor this transfer refunded'),
    ]);
    const asPayment = stored.bookings.map((one) => ({ ...one, kind: 'payment' }));
    expect(booksOf({ ...stored, bookings: asPayment })).toEqual([
      `${intentId} is confirmed or has a booked payment, and not both`,
    ]);
  });
});

describe('a confirmed refund', () => {
  const confirm = async (intentId: IntentId, coins: number, change: Parameters<typeof refund>[3] = {}) => {
    const { id } = await refund(intentId, A, coins, change);
    const update = { kind: 'confirmed', txHash: randomHash(), logIndex: 0, feeBaseUnits: ZERO } as const;
    await applyRefundUpdate(ledger.orm.em, id, update);
    expect(await applyRefundUpdate(ledger.orm.em, id, update)).toBe(false);
    return { id, ...update };
  };
  const emails = (intentId: IntentId) =>
    ledger.rows(
      `select kind, recipient, data ->> 'net' as net, data ->> 'to' as "to" from email_message
       where intent_id = ? and kind in ('order_refunded', 'shopper_refund') order by kind, created_at`,
      [intentId],
    );
  const webhooks = (intentId: IntentId) =>
    ledger.rows<{ body: string }>(
      `select body from webhook_event where intent_id = ? and event_type = 'checkout_intent.refunded' order by created_at`,
      [intentId],
    );

  test('is written to both sides, once for each refund; the shopper only with an address', async () => {
    await ledger.rows(`update store set notification_emails = '{shop@shop.example}'`);
    const intentId = await paidOrder([{ coins: 10, from: A }]);
    await confirm(intentId, 1);
    expect(await emails(intentId)).toEqual([
      { kind: 'order_refunded', recipient: 'shop@shop.example', net: '1.0000', to: A },
    ]);
    await ledger.rows(`update checkout_intent set shopper_email = 'me@shopper.example' where id = ?`, [intentId]);
    await confirm(intentId, 2, { toAddress: B });
    expect(await emails(intentId)).toMatchObject([
      { kind: 'order_refunded', net: '1.0000' },
      { kind: 'order_refunded', net: '2.0000', to: B },
      { kind: 'shopper_refund', recipient: 'me@shopper.example', net: '2.0000', to: B },
    ]);
    await ledger.rows('update store set emails_refunds = false');
    await confirm(intentId, 3);
    await ledger.rows('update store set emails_refunds = true');
    expect((await emails(intentId)).map(({ kind }) => kind)).toEqual([
      ...['order_refunded', 'order_refunded', 'shopper_refund', 'shopper_refund'],
    ]);
  });

  test('sends a webhook only to a store that asks for it, with status 5', async () => {
    const intentId = await paidOrder([{ coins: 10, from: A }]);
    await confirm(intentId, 1);
    expect(await webhooks(intentId)).toEqual([]);
    await ledger.rows('update store set refund_webhooks = true');
    const { id, txHash } = await confirm(intentId, 2, { withheldBaseUnits: baseUnitsOf(40_000), feeBearer: 'payer' });
    await confirm(intentId, 3);
    await ledger.rows('update store set refund_webhooks = false');
    const [first, second, more] = (await webhooks(intentId)).map(({ body }) => JSON.parse(body));
    expect(first).toMatchObject({
      ...{ event_type: 'checkout_intent.refunded', status: 5, all_scale_checkout_intent_id: intentId, tx_hash: txHash },
      ...{ refund_id: `rfd_${id}`, refund_amount_coins: '2.0400', refund_payer_gets_coins: '2.0000' },
      ...{ refund_payer: A, refund_to: A, amount_cents: 500, tx_from: RECEIVER },
    });
    expect(second.webhook_id).not.toBe(first.webhook_id);
    expect(more).toBeUndefined();
  });
});
