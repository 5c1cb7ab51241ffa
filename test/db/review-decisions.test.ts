// A person's decision on money: what is allowed, that it is written completely or not at all, and that the workflow gets a signal.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { type ReviewDecision, resolveReview } from '#db/reviews/review-decisions.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { IntentStatus } from '#domain/status.ts';
import { type Ledger, type NewTransfer, openLedger } from './intents.ts';

const operator: Actor = { kind: 'operator', id: 'op-1', email: 'op@platform.example' };
const member: Actor = { kind: 'member', id: 'm-1', email: 'owner@shop.example' };
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

const found = async (kind: ReviewKind, change: NewTransfer = {}, onto?: IntentId) => {
  const intentId = onto ?? (await ledger.newIntent());
  const transferId = await ledger.newTransfer(intentId, 5, change);
  await changeIntent(ledger.orm.em.fork(), {
    intentId,
    actor: 'workflow',
    to: IntentStatus.PENDING_MANUAL_OPERATION,
    reviews: [{ kind, transferId }],
  });
  return { intentId, transferId, reviewItemId: await ledger.reviewOf(transferId) };
};
const decide = (reviewItemId: string, more: Partial<ReviewDecision> = {}) =>
  resolveReview(ledger.orm.em.fork(), {
    reviewItemId,
    outcome: 'accepted',
    reason: 'The shopper asked for it',
    actor: operator,
    ...more,
  });
const stateOf = async (reviewItemId: string) =>
  (
    await ledger.rows('select state, outcome, resolution, resolved_by from review_item where id = ?', [reviewItemId])
  )[0];

test('a decision is written with its timeline event, its audit entry and one signal', async () => {
  const { intentId, reviewItemId, transferId } = await found('late');
  expect(await decide(reviewItemId, { reason: '  came a minute late ' })).toEqual({
    intentId,
    resolvedIds: [reviewItemId],
  });
  expect(await stateOf(reviewItemId)).toEqual({
    state: 'resolved',
    outcome: 'accepted',
    resolution: 'came a minute late',
    resolved_by: 'op@platform.example',
  });
  const events = `select data from timeline_event where intent_id = ? and kind = 'review_resolved'`;
  expect(await ledger.rows(events, [intentId])).toMatchObject([
    {
      data: { review_id: reviewItemId, kind: 'late', transfer_id: transferId, outcome: 'accepted', by: operator.email },
    },
  ]);
  const audit = 'select actor_id, action, subject_id, store_id, reason from audit_entry where subject_id = ?';
  expect(await ledger.rows(audit, [intentId])).toEqual([
    {
      actor_id: 'op-1',
      action: 'review.accepted',
      subject_id: intentId,
      store_id: ledger.storeId,
      reason: 'came a minute late',
    },
  ]);
  const signals = `select data from dispatch where subject_id = ? and kind = 'signal_intent'`;
  expect(await ledger.rows(signals, [intentId])).toEqual([{ data: { signal: 'reviewResolved' } }]);

  await expect(decide(reviewItemId)).rejects.toMatchObject({ code: 'review_resolved' });
  expect(await ledger.rows(events, [intentId])).toHaveLength(1);
});

test('of two people who decide at once, one learns that the other has decided', async () => {
  const { reviewItemId } = await found('wrong_coin');
  const results = await Promise.allSettled([decide(reviewItemId), decide(reviewItemId, { outcome: 'closed' })]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('the confirmed parts of a short payment are accepted together and refunded one by one', async () => {
  const { intentId, reviewItemId } = await found('underpaid');
  const second = await found('underpaid', {}, intentId);
  const unconfirmed = await found('underpaid', { state: 'seen' }, intentId);
  expect((await decide(reviewItemId)).resolvedIds).toEqual([reviewItemId, second.reviewItemId]);
  expect(await stateOf(unconfirmed.reviewItemId)).toMatchObject({ state: 'open' });

  const other = await found('underpaid');
  const part = await found('underpaid', {}, other.intentId);
  await decide(other.reviewItemId, { outcome: 'sent_back' });
  expect(await stateOf(part.reviewItemId)).toMatchObject({ state: 'open' });
});

describe('rejected, with nothing written', () => {
  test.each<[string, ReviewKind, NewTransfer, Partial<ReviewDecision>]>([
    ['outcome_not_allowed', 'late', { state: 'seen' }, {}],
    ['outcome_not_allowed', 'late', { state: 'orphaned' }, {}],
    ['outcome_not_allowed', 'late', { state: 'orphaned' }, { outcome: 'sent_back' }],
    ['outcome_not_allowed', 'reorg_after_confirmed', {}, {}],
    ['operator_only', 'screening', {}, { actor: member }],
    ['reason_missing', 'late', {}, { reason: ' ' }],
    ['reason_too_long', 'late', {}, { reason: 'x'.repeat(1001) }],
    ['review_not_found', 'late', {}, { storeId: 'another' }],
  ])('%s: %s %o %o', async (code, kind, change, more) => {
    const { intentId, reviewItemId } = await found(kind, change);
    await expect(decide(reviewItemId, more)).rejects.toMatchObject({ name: 'UserError', code });
    expect(await stateOf(reviewItemId)).toMatchObject({ state: 'open', outcome: null });
    expect(await ledger.rows('select 1 from audit_entry where subject_id = ?', [intentId])).toEqual([]);
  });

  test('an item that does not exist', async () => {
    for (const id of ['999999999', 'x', "1' or '1"]) {
      await expect(decide(id)).rejects.toMatchObject({ code: 'review_not_found' });
    }
  });

  test('money beside money of a denied payer, until that is decided', async () => {
    const { intentId, reviewItemId } = await found('late');
    const rejected = await found('screening', {}, intentId);
    await expect(decide(reviewItemId)).rejects.toMatchObject({ code: 'refused_money_open' });
    await decide(rejected.reviewItemId, { outcome: 'sent_back' });
    expect((await decide(reviewItemId)).intentId).toBe(intentId);
  });
});

test('within the caller’s transaction, a decision is rolled back with it', async () => {
  const { reviewItemId } = await found('late');
  const failing = ledger.orm.em.fork().transactional(async (em) => {
    await resolveReview(em as never, { reviewItemId, outcome: 'sent_back', reason: 'r', actor: operator });
    throw new Error('the rest failed');
  });
  await expect(failing).rejects.toThrow('the rest failed');
  expect(await stateOf(reviewItemId)).toMatchObject({ state: 'open' });
});
