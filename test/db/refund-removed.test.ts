// A reorganisation removes a refund after it was confirmed: it is under way again, everybody who was told is told so, and it counts once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { listUnfinalRefunds } from '#db/refunds/confirmed-refunds.ts';
import { applyRefundUpdate, listOpenRefunds } from '#db/refunds/refund-outcomes.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { recordRefund } from '#db/refunds/refunds.ts';
import { reportCsv } from '#db/reports/report-csv.ts';
import { readRefundSum } from '#db/reports/report-refunds.ts';
import type { EventBlock } from '#domain/chain-events.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, multiply, ONE_COIN, ZERO } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { IntentStatus } from '#domain/status.ts';
import { randomAddress, randomHash } from '#test/support/intents.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { type Ledger, openLedger } from './intents.ts';

const CHAIN = 31337;
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.rows(`update store set notification_emails = '{shop@shop.example}', refund_webhooks = true`);
});
afterAll(async () => await ledger.close());

const paidOrder = async (): Promise<IntentId> => {
  const intentId = await ledger.newIntent({ amountUnits: multiply(ONE_COIN, 10n) });
  const paymentTransferIds = [await ledger.newTransfer(intentId, 10)];
  await changeIntent(ledger.orm.em.fork(), {
    ...{ intentId, actor: 'workflow', to: IntentStatus.CONFIRMED, paymentTransferIds },
  });
  await ledger.rows(`update checkout_intent set shopper_email = 'me@shopper.example' where id = ?`, [intentId]);
  return intentId;
};
const blockAt = (number: bigint): EventBlock => ({ number, hash: randomHash() });
const confirm = (id: string, block: EventBlock, txHash = randomHash()) =>
  applyRefundUpdate(ledger.orm.em, id, { kind: 'confirmed', txHash, logIndex: 0, feeBaseUnits: ZERO, block });
const remove = (id: string, block: EventBlock | null) =>
  applyRefundUpdate(ledger.orm.em, id, { kind: 'removed', block });
const rowOf = async (id: string) =>
  (
    await ledger.rows(
      `select state, log_index, block_hash, confirmed_at, final_at is not null as final, removals from send_back where id = ?`,
      [id],
    )
  )[0];
const orderOf = async (intentId: IntentId) => {
  const order = await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, intentId);
  return { status: order?.status, left: order?.shares.map(({ remainingBaseUnits }) => remainingBaseUnits) };
};
const told = async (intentId: IntentId) => ({
  emails: (
    await ledger.rows<{ text: string }>(
      `select kind || case when data ->> 'isLost' = 'true' then ' lost' else '' end as text from email_message
       where intent_id = ? and kind like '%refund%' order by created_at, kind`,
      [intentId],
    )
  ).map(({ text }) => text),
  events: (
    await ledger.rows<{ type: string }>(
      `select event_type as type from order_event where intent_id = ? and event_type like '%refund%' order by position`,
      [intentId],
    )
  ).map(({ type }) => type),
  webhooks: (
    await ledger.rows<{ body: string }>(
      `select body from webhook_event where intent_id = ? and event_type like '%refund%' order by created_at, id`,
      [intentId],
    )
  ).map(({ body }) => JSON.parse(body) as Record<string, unknown>),
});
const clock = async (): Promise<Date> => {
  const [row] = await ledger.rows<{ at: string }>('select clock_timestamp()::text as at');
  return new Date(String(row?.at));
};
const sums = (from: Date, before: Date) => readRefundSum(ledger.orm.em.fork(), ledger.storeId, from, before);
const file = async (startsAt: Date, endsAt: Date): Promise<string> => {
  let text = '';
  const request = { storeId: ledger.storeId, timeZone: 'UTC', startsAt, endsAt, csvFormat: 4 } as const;
  for await (const chunk of reportCsv(ledger.orm.em.fork(), request)) text += chunk;
  return text;
};

test('it comes back: under way, then refunded again, once; periods that ended stay as they were', async () => {
  const intentId = await paidOrder();
  const id = await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId);
  const [begin, first] = [await clock(), blockAt(7n)];
  expect(await confirm(id, first)).toBe(true);
  const middle = await clock();
  const [sent, sentFile] = [await sums(begin, middle), await file(begin, middle)];
  expect(sent).toBe(multiply(ONE_COIN, 4n));

  expect(await remove(id, blockAt(7n))).toBe(false);
  expect(await remove(id, first)).toBe(true);
  expect(await remove(id, first)).toBe(false);
  expect(await rowOf(id)).toMatchObject({ state: 'sent', log_index: null, block_hash: null, confirmed_at: null });
  // Its money stays reserved: it may come back by itself.
  expect(await orderOf(intentId)).toEqual({ status: IntentStatus.SEND_BACK, left: [baseUnitsOf(6_000_000)] });
  const late = await clock();
  expect(await sums(middle, late)).toBe(multiply(ONE_COIN, -4n));
  expect(await file(middle, late)).toMatch(/send_back_removed,[^,]*,-4\.0000,0\.0000,/);

  const again = blockAt(9n);
  expect(await confirm(id, again)).toBe(true);
  expect(await confirm(id, again)).toBe(false);
  expect(await orderOf(intentId)).toEqual({ status: IntentStatus.CONFIRMED, left: [baseUnitsOf(6_000_000)] });
  const end = await clock();
  expect(await sums(begin, end)).toBe(multiply(ONE_COIN, 4n));
  expect([await sums(begin, middle), await file(begin, middle)]).toEqual([sent, sentFile]);

  const { emails, events, webhooks } = await told(intentId);
  expect(emails).toEqual([
    ...['order_refunded', 'shopper_refund', 'order_refund_removed', 'shopper_refund_removed'],
    ...['order_refunded', 'shopper_refund'],
  ]);
  const types = ['checkout_intent.refunded', 'checkout_intent.refund_removed', 'checkout_intent.refunded'];
  expect(events).toEqual(types);
  expect(webhooks.map(({ event_type: type }) => type)).toEqual(types);
  for (const body of webhooks)
    expect(body).toMatchObject({ refund_id: `rfd_${id}`, status: 5, refund_amount_coins: '4.0000' });
  expect(
    (
      await ledger.rows(
        `select kind from timeline_event where intent_id = ? and kind <> 'email' order by id desc limit 6`,
        [intentId],
      )
    )
      .map(({ kind }) => kind)
      .reverse(),
  ).toEqual(['sent_back', 'status', 'refund_removed', 'status', 'sent_back', 'status']);
});

test('it does not come back: the merchant hears that it must be sent again, and its money is offered again', async () => {
  const intentId = await paidOrder();
  const id = await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId);
  const block = blockAt(7n);
  await confirm(id, block);
  await remove(id, block);
  expect((await listOpenRefunds(ledger.orm.em, CHAIN, 100)).some((one) => one.id === id && one.removedAt)).toBe(true);
  await applyRefundUpdate(ledger.orm.em, id, { kind: 'failed', reason: 'ran out' });
  expect(await rowOf(id)).toMatchObject({ state: 'failed', removals: 1 });
  expect(await orderOf(intentId)).toEqual({ status: IntentStatus.CONFIRMED, left: [baseUnitsOf(10_000_000)] });
  expect((await told(intentId)).emails.slice(2)).toEqual([
    ...['order_refund_removed', 'shopper_refund_removed', 'order_refund_removed lost'],
  ]);

  const other = await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId);
  expect(await confirm(other, blockAt(12n))).toBe(true);
  expect(await orderOf(intentId)).toMatchObject({ left: [baseUnitsOf(6_000_000)] });
});

test('several at once, each by itself; removed twice; what moved or is final is not removed', async () => {
  const intentId = await paidOrder();
  const ids: string[] = [];
  for (const coins of [1, 2, 3])
    ids.push(await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId, { coins }));
  const [moved = '', final = '', removed = ''] = ids;
  const blocks = [blockAt(3n), blockAt(4n), blockAt(5n)] as const;
  for (const [index, id] of ids.entries()) await confirm(id, blocks[index] ?? blockAt(0n));
  const unfinal = async () =>
    (await listUnfinalRefunds(ledger.orm.em, CHAIN, 100)).filter(({ id }) => ids.includes(id));
  expect((await unfinal()).map(({ block }) => block)).toEqual(blocks);

  const to = blockAt(6n);
  const event = { txHash: randomHash(), logIndex: 5, feeBaseUnits: ZERO, block: to };
  expect(await applyRefundUpdate(ledger.orm.em, moved, { kind: 'moved', ...event })).toBe(true);
  expect(await remove(moved, blocks[0])).toBe(false);
  expect(await applyRefundUpdate(ledger.orm.em, final, { kind: 'final', block: blocks[1] })).toBe(true);
  expect(await remove(final, blocks[1])).toBe(false);
  for (const number of [7n, 8n]) {
    const [last] = (await unfinal()).filter(({ id }) => id === removed);
    expect(await remove(removed, last?.block ?? null)).toBe(true);
    expect(await orderOf(intentId)).toMatchObject({ status: IntentStatus.SEND_BACK });
    expect(await confirm(removed, blockAt(number))).toBe(true);
    expect(await orderOf(intentId)).toMatchObject({ status: IntentStatus.CONFIRMED });
  }
  expect(await rowOf(moved)).toMatchObject({ state: 'confirmed', log_index: 5, block_hash: to.hash, removals: 0 });
  expect(await rowOf(removed)).toMatchObject({ state: 'confirmed', removals: 2 });
  expect((await told(intentId)).events.filter((type) => type.endsWith('removed'))).toHaveLength(2);
});

test('late money at the deposit address: its review is open again, and a new refund decides it', async () => {
  const intentId = await ledger.newIntent();
  const payer = randomAddress();
  const transferId = await ledger.newTransfer(intentId, 3, { from: payer });
  await changeIntent(ledger.orm.em.fork(), {
    ...{ intentId, actor: 'workflow', reviews: [{ kind: 'late', transferId }] },
    to: IntentStatus.PENDING_MANUAL_OPERATION,
  });
  const reviewItemId = await ledger.reviewOf(transferId);
  const fromDeposit = async () => {
    const order = await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, intentId);
    const [of] = order?.shares ?? [];
    if (!of) throw new Error('nothing to refund');
    const { id } = await recordRefund(ledger.orm.em, {
      ...{
        storeId: ledger.storeId,
        intentId,
        of,
        source: 'deposit',
        toAddress: knownPayable(payer),
        feeBearer: 'payer',
      },
      ...{
        amountBaseUnits: baseUnitsOf(3e6),
        feeBaseUnits: ZERO,
        withheldBaseUnits: ZERO,
        reviewItemId,
        requestId: null,
      },
      ...{ orderDigest: randomHash(), callData: '0x', fromBlock: 1n, deadline: new Date(), reason: 'Returned' },
      actor: { kind: 'member', id: 'm', email: 'owner@shop.example' },
    });
    return id;
  };
  const review = async () =>
    (await ledger.rows('select state, outcome from review_item where id = ?', [reviewItemId]))[0];
  const [id, block] = [await fromDeposit(), blockAt(7n)];
  await confirm(id, block);
  expect(await review()).toEqual({ state: 'resolved', outcome: 'sent_back' });
  await remove(id, block);
  expect(await review()).toEqual({ state: 'open', outcome: null });
  await applyRefundUpdate(ledger.orm.em, id, { kind: 'failed', reason: 'ran out' });
  expect(await orderOf(intentId)).toMatchObject({ status: IntentStatus.PENDING_MANUAL_OPERATION });
  await confirm(await fromDeposit(), blockAt(9n));
  expect(await review()).toEqual({ state: 'resolved', outcome: 'sent_back' });
});

test('the settlement that a refund from the deposit address had made unnecessary is owed again', async () => {
  const intentId = await paidOrder();
  const order = await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, intentId);
  const [of] = order?.shares ?? [];
  if (!of) throw new Error('nothing to refund');
  const settlements = () => ledger.rows('select state from settlement where intent_id = ?', [intentId]);
  expect(await settlements()).toEqual([{ state: 'pending' }]);
  const { id } = await recordRefund(ledger.orm.em, {
    ...{
      storeId: ledger.storeId,
      intentId,
      of,
      source: 'deposit',
      toAddress: knownPayable(of.payer),
      feeBearer: 'payer',
    },
    ...{ amountBaseUnits: of.receivedBaseUnits, feeBaseUnits: ZERO, withheldBaseUnits: ZERO, reviewItemId: null },
    ...{ requestId: null, orderDigest: randomHash(), callData: '0x', fromBlock: 1n, deadline: new Date() },
    ...{ reason: 'Returned', actor: { kind: 'member', id: 'm', email: 'owner@shop.example' } },
  });
  const block = blockAt(7n);
  await confirm(id, block);
  expect(await settlements()).toEqual([]);
  await remove(id, block);
  expect(await settlements()).toEqual([]);
  await applyRefundUpdate(ledger.orm.em, id, { kind: 'failed', reason: 'ran out' });
  expect(await settlements()).toEqual([{ state: 'pending' }]);
});

test('other money, while the order waits for its payment: the order goes on waiting, and everybody is told', async () => {
  const intentId = await ledger.newIntent();
  const transferId = await ledger.newTransfer(intentId, 3, { from: randomAddress() });
  const move = (to: IntentStatus) => changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', to });
  await changeIntent(ledger.orm.em.fork(), {
    ...{ intentId, actor: 'workflow', reviews: [{ kind: 'wrong_coin', transferId }] },
    to: IntentStatus.PENDING_MANUAL_OPERATION,
  });
  const reviewItemId = await ledger.reviewOf(transferId);
  const [id, block] = [
    await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId, { coins: 3, reviewItemId }),
    blockAt(7n),
  ];
  await confirm(id, block);
  await move(IntentStatus.TEMP_WALLET_RECEIVED);
  expect(await remove(id, block)).toBe(true);
  expect(await orderOf(intentId)).toMatchObject({ status: IntentStatus.TEMP_WALLET_RECEIVED });
  expect(await rowOf(id)).toMatchObject({ state: 'sent', removals: 1 });
  expect((await told(intentId)).emails).toContain('order_refund_removed');
  expect(await confirm(id, blockAt(9n))).toBe(true);
  expect(await orderOf(intentId)).toMatchObject({ status: IntentStatus.TEMP_WALLET_RECEIVED });
});

test('a store that wants no e-mail for each refund hears of those that vanished', async () => {
  const intentId = await paidOrder();
  await ledger.rows('update store set emails_refunds = false');
  try {
    const [id, block] = [await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId), blockAt(7n)];
    await confirm(id, block);
    await remove(id, block);
    await ledger.rows('update store set emails_attention = false');
    await applyRefundUpdate(ledger.orm.em, id, { kind: 'failed', reason: 'ran out' });
    expect((await told(intentId)).emails).toEqual([
      ...['shopper_refund', 'order_refund_removed', 'shopper_refund_removed', 'order_refund_removed lost'],
    ]);
  } finally {
    await ledger.rows('update store set emails_refunds = true, emails_attention = true');
  }
});

test('an endpoint that asks for refunds hears of those that vanished, though it was made before there was such an event', async () => {
  const intentId = await paidOrder();
  await ledger.rows(
    `insert into webhook_endpoint (id, store_id, url, event_types, sealed_secret)
     select 'whe_older', id, 'https://shop.example/hook', '{checkout_intent.refunded}', 'sealed' from store`,
  );
  const [id, block] = [await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId), blockAt(7n)];
  await confirm(id, block);
  await remove(id, block);
  expect(
    await ledger.rows(
      `select e.event_type from endpoint_delivery d join order_event e on e.id = d.event_id
       where d.endpoint_id = 'whe_older' order by e.position`,
    ),
  ).toEqual([{ event_type: 'checkout_intent.refunded' }, { event_type: 'checkout_intent.refund_removed' }]);
});
