// What Home tells a store that waits: everything that a person must do, of this store only, until it is done.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Store } from '#db/entities/store.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { readAttention } from '#db/merchants/attention.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { requestRefund } from '#db/refunds/refund-requests.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { multiply, ONE_COIN, ZERO } from '#domain/money.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { IntentStatus } from '#domain/status.ts';
import { randomHash } from '#test/support/intents.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { attentionView } from '#web/dashboard/home/server/attention-view.ts';
import { type Ledger, openLedger } from './intents.ts';

let ledger: Ledger;
let merchantId: string;
beforeAll(async () => {
  ledger = await openLedger();
  merchantId = (await ledger.orm.em.fork().findOneOrFail(Store, ledger.storeId)).merchant.id;
});
afterAll(async () => await ledger.close());

const read = (limit = 20) => readAttention(ledger.orm.em, { id: ledger.storeId, merchantId }, limit);
const paths = async () => attentionView(await read()).items.map(({ kind, action }) => `${kind} ${action.path}`);

const review = async (kind: ReviewKind) => {
  const intentId = await ledger.newIntent({ orderId: `order ${kind}` });
  const transferId = await ledger.newTransfer(intentId, 5);
  const to = IntentStatus.PENDING_MANUAL_OPERATION;
  await changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', to, reviews: [{ kind, transferId }] });
  return { intentId, reviewItemId: await ledger.reviewOf(transferId) };
};

const event = async (state: string, type = 'checkout_intent.confirmed', tried = true) => {
  const id = `evt_${crypto.randomUUID().replaceAll('-', '')}`;
  await ledger.rows(
    `insert into webhook_event (id, transaction_id, store_id, event_type, body, state) values (?, ?, ?, ?, '{}', ?)`,
    [id, `txn_${id}`, ledger.storeId, type, state],
  );
  if (tried)
    await ledger.rows(
      `insert into webhook_attempt (event_id, attempt_key, url, started_at, duration_ms, request_headers)
       values (?, 'a', 'https://shop.example', now(), 5, '{}')`,
      [id],
    );
  return id;
};

test('nothing waits in a store without orders', async () => {
  expect(attentionView(await read())).toEqual({ items: [], count: 0, isMore: false });
});

test('money to decide on waits until it is decided; the operator’s is left out', async () => {
  const late = await review('late');
  const denied = await review('screening');
  const decision = `review /orders/${late.intentId}`;
  expect(await paths()).toContain(decision);
  expect(await paths()).not.toContain(`review /orders/${denied.intentId}`);
  const other = await createMerchantAndStore(ledger.orm.em, { name: 'Other', email: 'attention@other.example' });
  const others = { id: other.storeId, merchantId: other.merchantId };
  expect(attentionView(await readAttention(ledger.orm.em, others, 20)).count).toBe(0);
  const actor = { kind: 'member', id: 'm-1', email: 'owner@shop.example' } as const;
  const decided = { reviewItemId: late.reviewItemId, outcome: 'closed', reason: 'agreed', actor } as const;
  await resolveReview(ledger.orm.em.fork(), decided);
  expect(await paths()).not.toContain(decision);
});

test('more rows than are shown are told', async () => {
  for (let index = 0; index < 3; index += 1) await review('wrong_coin');
  const { reviews } = await read(2);
  expect(reviews).toHaveLength(2);
});

test('a refund that the API requested waits for its signature, and not once it is canceled', async () => {
  const intentId = await ledger.newIntent({ orderId: 'to refund' });
  const transferId = await ledger.newTransfer(intentId, 10, { blockTime: new Date() });
  const to = IntentStatus.CONFIRMED;
  await changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', to, paymentTransferIds: [transferId] });
  const nothing = { chainId: null, coin: null, token: null, payer: null, amountUnits: null, to: null };
  const ask = { ...nothing, feeBearer: 'payer', reason: null } as const;
  const made = await requestRefund(ledger.orm.em, ledger.storeId, intentId, ask, { id: 'st_key', claim: null });
  expect(made).toMatchObject({ kind: 'made' });
  expect(await paths()).toContain(`refund /orders/${intentId}/send-back`);
  await ledger.rows('update refund_request set canceled_at = now() where intent_id = ?', [intentId]);
  expect(await paths()).not.toContain(`refund /orders/${intentId}/send-back`);
});

test('a refund that a reorganisation removed for good waits until the money is refunded again', async () => {
  const { em } = ledger.orm;
  const intentId = await ledger.newIntent({ amountUnits: multiply(ONE_COIN, 10n), orderId: 'lost' });
  const paymentTransferIds = [await ledger.newTransfer(intentId, 10)];
  const to = IntentStatus.CONFIRMED;
  await changeIntent(em.fork(), { intentId, actor: 'workflow', to, paymentTransferIds });
  const id = await prepareWalletRefund(em, ledger.storeId, intentId);
  const block = { number: 7n, hash: randomHash() };
  const path = `refund /orders/${intentId}/send-back`;
  const seen = () => ({ txHash: randomHash(), logIndex: 0, feeBaseUnits: ZERO, block });
  await applyRefundUpdate(em, id, { kind: 'confirmed', ...seen() });
  await applyRefundUpdate(em, id, { kind: 'removed', block });
  // It may come back by itself.
  expect(await paths()).not.toContain(path);
  await applyRefundUpdate(em, id, { kind: 'failed', reason: 'ran out' });
  expect(await paths()).toContain(path);
  expect(attentionView(await read()).items.find(({ action }) => action.path.includes(intentId))).toMatchObject({
    ...{ title: 'Order lost: refund lost', action: { label: 'Refund again' } },
  });
  const other = await createMerchantAndStore(em, { name: 'Third', email: 'lost@other.example' });
  expect((await readAttention(em, { id: other.storeId, merchantId: other.merchantId }, 20)).lostRefunds).toEqual([]);
  const again = await prepareWalletRefund(em, ledger.storeId, intentId);
  expect(await paths()).not.toContain(path);
  await applyRefundUpdate(em, again, { kind: 'failed', reason: 'reverted' });
  expect(await paths()).toContain(path);
});

test('webhooks that nothing delivers any more, that are retried, or that are switched off', async () => {
  await ledger.rows(`update store set webhook_url = 'https://shop.example' where id = ?`, [ledger.storeId]);
  await event('failed', 'webhook.test');
  await event('pending', 'checkout_intent.confirmed', false);
  expect((await read()).webhook).toEqual({ disabledAt: null, failed: 0, retried: 0 });
  await event('pending');
  expect(await paths()).toContain('webhook /webhooks?state=pending');
  await event('failed');
  expect(await paths()).toContain('webhook /webhooks?state=failed');
  // A store that sells without a shop has no receiver, and nothing to do about it.
  await event('disabled', 'checkout_intent.confirmed', false);
  await ledger.rows('update store set webhook_url = null where id = ?', [ledger.storeId]);
  expect((await read()).webhook.failed).toBe(0);
  await ledger.rows(`update store set webhook_url = 'https://shop.example' where id = ?`, [ledger.storeId]);
  expect((await read()).webhook.failed).toBe(2);
  await ledger.rows('update store set webhook_disabled_at = now() where id = ?', [ledger.storeId]);
  expect(await paths()).toContain('webhook /webhooks');
  expect((await paths()).filter((path) => path.startsWith('webhook'))).toHaveLength(1);
});

test('an endpoint counts while its last deliveries failed', async () => {
  const intentId = await ledger.newIntent();
  await ledger.rows(
    `insert into webhook_endpoint (id, store_id, url, sealed_secret, event_types) values ('whe_1', ?, 'https://e.example', 's', '{checkout_intent.seen}')`,
    [ledger.storeId],
  );
  const deliver = async (id: string, state: string) => {
    await ledger.rows(
      `insert into order_event (id, store_id, intent_id, event_type, body, created_at) values (?, ?, ?, 'checkout_intent.seen', '{}', now())`,
      [`evt_${id}`, ledger.storeId, intentId],
    );
    await ledger.rows(
      `insert into endpoint_delivery (id, event_id, endpoint_id, intent_id, state, own_workflow, created_at) values (?, ?, 'whe_1', ?, ?, false, clock_timestamp())`,
      [`whd_${id}`, `evt_${id}`, intentId, state],
    );
  };
  await deliver('one', 'failed');
  expect((await read()).endpoints).toBe(1);
  await deliver('two', 'delivered');
  expect((await read()).endpoints).toBe(0);
  await ledger.rows(`update webhook_endpoint set gone_at = now() where id = 'whe_1'`);
  expect((await read()).endpoints).toBe(1);
});
