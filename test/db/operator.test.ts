// What the console reads and changes over a real database: filters, keyset pages, and actions that are rejected or logged with a reason.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { readOrderRef } from '#db/intents/order-ref.ts';
import { applyAsMerchant } from '#db/merchants/merchants.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { addProvenAccount } from '#test/support/accounts.ts';
import { createOperatorServices, type OperatorServices } from '#web/operator/server/operator-services.ts';
import { intentWorkflowId } from '#workflows/messages.ts';
import { type Ledger, openLedger } from './intents.ts';

let ledger: Ledger;
let operator: OperatorServices;
const actor = { kind: 'operator', id: 'op-1', email: 'ops@example.com' } as const;

beforeAll(async () => {
  ledger = await openLedger();
  operator = createOperatorServices({
    orm: ledger.orm,
    chains: [],
    pools: new Map(),
    publicUrl: 'https://pay.example',
    changeWaitMs: 3_600_000,
    temporalUiUrl: 'https://temporal.example',
    temporalNamespace: 'pay',
    recovery: { start: () => Promise.reject(new Error('not of this test')), isWaiting: async () => false },
    endSessions: () => Promise.reject(new Error('not of this test')),
  });
});

afterAll(async () => await ledger?.close());

/** Another operator confirms the proposal that has waited longest. */
const confirmFirst = async () => {
  for (const userId of ['op-1', 'op-2']) {
    await addProvenAccount(ledger.orm, { userId, email: `${userId}@example.com` });
    await ledger.rows(`update auth."user" set role = 'operator' where id = ?`, [userId]);
  }
  const [waiting] = await operator.proposals();
  return await operator.decideProposal(waiting?.id ?? '', 'confirm', {
    ...actor,
    id: 'op-2',
    email: 'op-2@example.com',
  });
};

const reviewOf = async (kind: 'late' | 'wrong_coin', ageHours: number): Promise<string> => {
  const intentId = await ledger.newIntent();
  const transferId = await ledger.newTransfer(intentId, 5);
  const to = IntentStatus.PENDING_MANUAL_OPERATION;
  await changeIntent(ledger.orm.em.fork(), { intentId, actor: 'workflow', to, reviews: [{ kind, transferId }] });
  const [row] = await ledger.rows<{ id: string }>(
    `update review_item set created_at = now() - make_interval(hours => ?) where intent_id = ? returning id::text`,
    [ageHours, intentId],
  );
  return row?.id ?? '';
};

describe('merchants', () => {
  test('are listed newest first by status and part of a name, in pages without repeats or gaps', async () => {
    await ledger.rows(
      `insert into merchant (id, name, email, status, created_at)
       select 'mer_' || n, 'Many ' || n, 'many' || n || '@example.com', 'active', now() - make_interval(mins => n / 2)
       from generate_series(1, 120) n`,
    );
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<OperatorServices['merchants']>> = await operator.merchants({
        status: 'active',
        search: 'many ',
        ...(after ? { after } : {}),
      });
      seen.push(...page.rows.map(({ id }) => id));
      after = page.next;
    } while (after);
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
    expect((await operator.merchants({ search: 'many_1' })).rows).toEqual([]);
    expect((await operator.merchants({ search: 'MANY17@' })).rows.map(({ id }) => id)).toEqual(['mer_17']);
  });

  test('an activation takes percent and minimum as typed, rejects an invalid fee, and needs a reason', async () => {
    const { merchantId, storeId } = await applyAsMerchant(
      ledger.orm.em,
      await addProvenAccount(ledger.orm, { userId: 'baker', email: 'a@b.example' }),
      {
        name: 'Applicant',
        website: 'b.example',
        about: 'Bread',
      },
    );
    const good = { percent: '0.45', minFee: '0.2' };
    const act = { actor, reason: 'Looked at' };
    expect(await operator.activate(merchantId, { ...good, percent: '101' }, act)).toMatchObject({ field: 'percent' });
    expect(await operator.activate(merchantId, { ...good, minFee: '-1' }, act)).toMatchObject({ field: 'minFee' });
    expect(await operator.activate(merchantId, good, { actor, reason: ' ' })).toMatchObject({ field: 'reason' });
    expect(await operator.activate(merchantId, good, act)).toBeNull();
    expect(await operator.activate(merchantId, good, act)).toMatchObject({ code: 'not_applied' });
    const grown = { percent: '1', minFee: '0' };
    expect(await operator.proposeFees(storeId, { ...grown, percent: '101' }, { actor, reason: 'Grew' })).toMatchObject({
      field: 'percent',
    });
    expect(await operator.proposeFees(storeId, grown, { actor, reason: 'Grew' })).toBeNull();
    expect(await operator.merchant(merchantId)).toMatchObject({ storeRows: [{ feeBps: 45 }, { feeBps: 45 }] });
    expect(await confirmFirst()).toBeNull();
    expect(await operator.setStoreStatus(storeId, 'suspended', { actor, reason: 'Complaints' })).toBeNull();
    expect(await operator.merchant(merchantId)).toMatchObject({
      status: 'active',
      storeRows: [
        { feeBps: 100, minFee: '0.0000', status: 'suspended' },
        { feeBps: 45, isTest: true, status: 'active' },
      ],
    });
    const { rows } = await operator.audit({ subject: storeId });
    expect(rows.map(({ action, reason }) => [action, reason])).toEqual([
      ['store.suspend', 'Complaints'],
      ['store.set_fee', 'Grew'],
    ]);
    expect(rows[1]?.data).toMatchObject({ from: { feeBps: 45, minFee: '0.2000' }, to: { feeBps: 100 } });
  });

  test('an invited merchant is active with its fee, and the link for its owner is in the outbox', async () => {
    const act = { actor, reason: 'Met at the fair' };
    const fee = { percent: '0.6', minFee: '0.10' };
    const business = { name: 'Invited', email: 'Owner@invited.example' };
    expect(await operator.invite(business, fee, act)).toBeNull();
    expect(await operator.invite(business, fee, act)).toMatchObject({ field: 'email', code: 'merchant_exists' });
    const [merchant] = (await operator.merchants({ search: 'invited' })).rows;
    expect(await operator.merchant(merchant?.id ?? '')).toMatchObject({
      status: 'active',
      invitations: [{ email: 'owner@invited.example', role: 'owner' }],
    });
    const mails = await ledger.rows(`select kind, recipient from email_message where kind = 'invitation'`);
    expect(mails).toEqual([{ kind: 'invitation', recipient: 'owner@invited.example' }]);
    const second = (reason: string) =>
      operator.inviteOwner(merchant?.id ?? '', 'second@invited.example', { actor, reason });
    expect(await second(' ')).toMatchObject({ field: 'reason', code: 'reason_needed' });
    expect(await second('The first one left')).toBeNull();
    const entries = await operator.audit({ subject: merchant?.id ?? '', action: 'invitation.' });
    expect(entries.rows.map(({ reason }) => reason)).toEqual(['The first one left', 'Met at the fair']);
    const shown = await operator.emails({ recipient: 'owner@INVITED.example', state: 'pending' });
    expect(shown.rows.filter(({ kind }) => kind === 'invitation')).toMatchObject([
      { recipient: 'owner@invited.example', attempts: 0 },
    ]);
    expect((await operator.emails({ state: 'bounced' })).rows).toEqual([]);
  });
});

describe('reviews', () => {
  test('are filtered by kind, age, store and state; a decision is written once and shown with person and reason', async () => {
    const [old, young, other] = [
      await reviewOf('late', 30),
      await reviewOf('late', 0),
      await reviewOf('wrong_coin', 2),
    ];
    const ids = async (filter: Partial<Parameters<OperatorServices['reviews']>[0]>) =>
      (await operator.reviews({ state: 'open', ...filter })).rows.map(({ id }) => id);
    expect(await ids({})).toEqual([old, young, other]);
    expect(await ids({ kind: 'late' })).toEqual([old, young]);
    expect(await ids({ minAgeHours: 1 })).toEqual([old, other]);
    expect(await ids({ storeId: 'sto_other' })).toEqual([]);
    expect(await ids({ after: old })).toEqual([young, other]);
    expect(await operator.railCounts()).toMatchObject({ reviews: 3 });

    const before = await operator.review(old);
    const order = await readOrderRef(ledger.orm.em, before?.intentId as IntentId);
    const workflowId = order && intentWorkflowId(order);
    expect(workflowId).toMatch(/^checkout-/);
    expect(before?.temporalUrl).toBe(`https://temporal.example/namespaces/pay/workflows/${workflowId}`);
    expect(
      (await operator.chains()).temporal?.searches.map(({ name, url }) => [
        name,
        new URL(url).searchParams.get('query'),
      ]),
    ).toEqual([
      ['Needs attention', 'ExecutionStatus = "Running" and CheckoutAttention = true'],
      ['Failing webhooks', 'ExecutionStatus = "Running" and CheckoutWaitingFor = "webhook"'],
      [
        'Stuck for more than an hour',
        expect.stringMatching(/ and CheckoutWaitingFor in \("confirmations", "watcher"\) and StartTime < "\d{4}-/),
      ],
    ]);
    expect(before?.possible).toEqual(['accepted', 'sent_back', 'closed']);
    const coin = before?.checks.find(({ label }) => label === 'The order accepts this coin');
    expect(coin).toEqual({ label: 'The order accepts this coin', ok: true, found: 'USDT; it accepts USDT, USDC' });
    expect(await operator.resolve(old, 'closed', { actor, reason: '' })).toMatchObject({ field: 'reason' });
    expect(await operator.resolve(old, 'closed', { actor, reason: 'Kept by the shop' })).toBeNull();
    expect(await operator.resolve(old, 'accepted', { actor, reason: 'No' })).toMatchObject({ code: 'review_resolved' });
    expect(await operator.review(old)).toMatchObject({
      state: 'resolved',
      outcome: 'closed',
      resolution: 'Kept by the shop',
      resolvedBy: actor.email,
      possible: [],
    });
    expect(await ids({ state: 'resolved' })).toEqual([old]);
    expect(await operator.review('999999')).toBeNull();
    expect(await operator.review('x')).toBeNull();
  });
});

test('settlements and failing receivers show the reason of the delay', async () => {
  const intentId = await ledger.newIntent();
  await ledger.rows(
    `insert into settlement (intent_id, chain_id, token, state, attempts, last_error) values (?, 31337, ?, 'pending', 12, 'no gas')`,
    [intentId, `0x${'11'.repeat(20)}`],
  );
  expect((await operator.settlements({ failing: true })).rows).toMatchObject([
    { intentId, state: 'pending', attempts: 12, lastError: 'no gas', network: 'Local Chain A' },
  ]);
  expect((await operator.settlements({ state: 'settled' })).rows).toEqual([]);
  await ledger.rows(`update store set webhook_url = 'https://shop.example/hook' where id = ?`, [ledger.storeId]);
  await ledger.rows(
    `with e as (insert into webhook_event (id, transaction_id, store_id, intent_id, event_type, body, state, next_attempt_at)
        values ('evt_1', 'txn_1', ?, ?, 'checkout.confirmed', '{}', 'pending', now() + interval '1 hour') returning id)
     insert into webhook_attempt (event_id, attempt_key, url, started_at, duration_ms, response_status, error, request_headers)
       select id, 'a', 'https://shop.example/hook', now(), 12, 500, 'HTTP 500', '{}' from e`,
    [ledger.storeId, intentId],
  );
  expect(await operator.failingReceivers()).toMatchObject([
    {
      ...{ storeId: ledger.storeId, endpointId: null, url: 'https://shop.example/hook' },
      ...{ waiting: 1, givenUp: 0, lastStatus: 500, lastError: 'HTTP 500' },
    },
  ]);
  const { queues } = await operator.overview();
  expect(queues.receivers).toMatchObject({ waiting: 1 });
  expect(queues.settlements.waiting).toBe(1);
  expect((await operator.railCounts()).settlements).toBe(0);
  await ledger.rows(`update settlement set created_at = now() - interval '11 minutes'`);
  expect((await operator.railCounts()).settlements).toBe(1);
  await ledger.rows(`update webhook_event set state = 'delivered'`);
  expect(await operator.failingReceivers()).toEqual([]);
});

test('rows of a test store are marked in every list, rows of a real store never', async () => {
  const { storeId } = ledger;
  await operator.proposeFees(storeId, { percent: '1', minFee: '0' }, { actor, reason: 'Grew' });
  expect(await confirmFirst()).toBeNull();
  await ledger.rows(`update webhook_event set state = 'pending'`);
  await ledger.rows(
    `insert into email_message (id, kind, subject_id, recipient, store_id, locale, data)
     values ('eml_test', 'new_key', 'key', 'shop@shop.example', ?, 'en', '{}')`,
    [storeId],
  );
  const marks = async () => {
    const [found] = (await operator.reviews({ state: 'open' })).rows;
    const [merchant] = (await operator.merchants({ search: 'shop@shop.example' })).rows;
    const detail = await operator.merchant(merchant?.id ?? '');
    return {
      queue: found?.storeIsTest,
      review: (await operator.review(found?.id ?? ''))?.storeIsTest,
      settlement: (await operator.settlements({})).rows[0]?.storeIsTest,
      receiver: (await operator.failingReceivers())[0]?.storeIsTest,
      email: (await operator.emails({ recipient: 'shop@shop.example' })).rows[0]?.storeIsTest,
      audit: (await operator.audit({ subject: storeId })).rows[0]?.storeIsTest,
      list: merchant?.testStores === merchant?.stores,
      page: detail?.storeRows[0]?.isTest,
    };
  };
  const all = (isTest: boolean) =>
    Object.fromEntries(
      ['queue', 'review', 'settlement', 'receiver', 'email', 'audit', 'list', 'page'].map((place) => [place, isTest]),
    );
  expect(await marks()).toEqual(all(false));
  await ledger.rows('update store set is_test = true where id = ?', [storeId]);
  expect(await marks()).toEqual(all(true));
  const { rows } = await operator.emails({ recipient: 'owner@invited.example' });
  expect(rows.find(({ kind }) => kind === 'invitation')).toMatchObject({ storeName: null, storeIsTest: false });
});

test('the audit log is filtered, paged and verified', async () => {
  const all = await operator.audit({});
  expect(all.rows.length).toBeGreaterThan(4);
  expect(
    (await operator.audit({ action: 'merchant.' })).rows.every(({ action }) => action.startsWith('merchant.')),
  ).toBe(true);
  expect((await operator.audit({ actor: 'OPS@example.com' })).rows.length).toBeGreaterThan(3);
  expect((await operator.audit({ actorKind: 'command' })).rows).toEqual([]);
  expect((await operator.audit({ after: all.rows[1]?.id ?? '' })).rows[0]?.id).toBe(all.rows[2]?.id);
  expect(await operator.verifyAudit()).toEqual({
    count: all.rows.length,
    problem: null,
    verifiedUpTo: all.rows[0]?.id,
  });
});
