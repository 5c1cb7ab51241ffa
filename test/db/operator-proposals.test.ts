// What moves money in the console takes two operators: nothing happens at the proposal, the proposer cannot confirm (also not around the
// code), it happens once, and what has become impossible leaves everything as it was.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { listProposals, listWaitingProposals } from '#db/merchants/proposal-list.ts';
import {
  cancelProposal,
  confirmProposal,
  countProposals,
  proposeAcceptance,
  proposeFees,
} from '#db/merchants/proposals.ts';
import { setStoreFees } from '#db/merchants/store-terms.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { readReview } from '#db/reviews/review-queue.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { addProvenAccount } from '#test/support/accounts.ts';
import { type Ledger, openLedger } from './intents.ts';

let ledger: Ledger;
const operator = (id: string): Actor => ({ kind: 'operator', id, email: `${id}@platform.example` });
const [ann, bob, cleo] = [operator('ann'), operator('bob'), operator('cleo')];

beforeAll(async () => {
  ledger = await openLedger();
  for (const { id, email } of [ann, bob, cleo]) {
    await addProvenAccount(ledger.orm, { userId: id, email: email ?? '' });
    await ledger.rows(`update auth."user" set role = 'operator' where id = ?`, [id]);
  }
});
afterAll(async () => await ledger?.close());

const em = () => ledger.orm.em;
const feeOf = async () => {
  const [row] = await ledger.rows<{ fee_bps: number }>('select fee_bps from store where id = ?', [ledger.storeId]);
  return row?.fee_bps;
};
const merchantId = async (): Promise<string> => {
  const [row] = await ledger.rows<{ id: string }>('select merchant_id as id from store where id = ?', [ledger.storeId]);
  return row?.id ?? '';
};
const propose = (feeBps: number, actor = ann) =>
  proposeFees(em(), {
    storeId: ledger.storeId,
    feeBps,
    minFeeUnits: unitsOf('0') as Units,
    actor,
    reason: 'Grew',
  });
const lateReview = async () => {
  const intentId = await ledger.newIntent();
  const transferId = await ledger.newTransfer(intentId, 5, { state: 'confirmed' });
  const to = IntentStatus.PENDING_MANUAL_OPERATION;
  await changeIntent(em().fork(), { intentId, actor: 'workflow', to, reviews: [{ kind: 'late', transferId }] });
  return { intentId, reviewItemId: await ledger.reviewOf(transferId) };
};
const stateOf = async (reviewItemId: string) => {
  const [row] = await ledger.rows('select state, outcome, resolved_by from review_item where id = ?', [reviewItemId]);
  return row;
};

test('a fee changes when another operator confirms it, once, in the proposer’s name, with both in the audit log', async () => {
  const before = await feeOf();
  const id = await propose(125);
  await expect(propose(130, bob)).rejects.toMatchObject({ code: 'proposal_waits' });
  expect([await feeOf(), await countProposals(em())]).toEqual([before, 1]);
  await expect(confirmProposal(em(), { id, actor: ann })).rejects.toMatchObject({ code: 'not_second' });
  const results = await Promise.allSettled([bob, cleo, bob].map((actor) => confirmProposal(em(), { id, actor })));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await feeOf()).toBe(125);
  const audit = await ledger.rows(
    `select action, actor_id, reason from audit_entry where subject_id in (?, ?) and action ~ 'proposal|set_fee' order by id`,
    [id, ledger.storeId],
  );
  expect(audit).toEqual([
    { action: 'proposal.make', actor_id: 'ann', reason: 'Grew' },
    { action: 'store.set_fee', actor_id: 'ann', reason: 'Grew' },
    { action: 'proposal.confirm', actor_id: expect.stringMatching(/^(bob|cleo)$/), reason: null },
  ]);
  expect((await listProposals(em()))[0]).toMatchObject({ id, state: 'confirmed', proposedBy: ann.email });
});

test('the table itself refuses the proposer as the second person', async () => {
  const id = await propose(140);
  const byHand = `update operator_proposal set state = 'confirmed', decided_at = now(), decided_by_id = 'ann' where id = ?`;
  await expect(ledger.rows(byHand, [id])).rejects.toThrow('operator_proposal_second_check');
  await cancelProposal(em(), { id, actor: bob });
  await expect(confirmProposal(em(), { id, actor: bob })).rejects.toMatchObject({ code: 'no_proposal' });
  expect(await feeOf()).toBe(125);
});

test('a proposal of somebody who is no operator any more cannot be confirmed, and can be taken back', async () => {
  const id = await propose(10_000, cleo);
  await ledger.rows(`update auth."user" set role = 'shopper' where id = 'cleo'`);
  await expect(confirmProposal(em(), { id, actor: bob })).rejects.toMatchObject({ code: 'not_operator' });
  expect(await feeOf()).toBe(125);
  await cancelProposal(em(), { id, actor: ann });
  expect(await countProposals(em())).toBe(0);
});

test('a fee that changed after its proposal is not changed by it', async () => {
  const id = await propose(150);
  await setStoreFees(em(), {
    ...{ storeId: ledger.storeId, feeBps: 90, minFeeUnits: unitsOf('0') as Units },
    ...{ actor: cleo, reason: 'By command' },
  });
  await expect(confirmProposal(em(), { id, actor: bob })).rejects.toMatchObject({
    code: 'fee_changed',
    message: 'The fee has changed since, to 0.9%, at least 0.0000: withdraw this and propose again',
  });
  expect([await feeOf(), await countProposals(em())]).toEqual([90, 1]);
  const [listed] = await listWaitingProposals(em(), { merchantId: await merchantId() });
  expect(listed).toMatchObject({
    ...{ id, proposedBy: ann.email, details: { from: { feeBps: 125 }, to: { feeBps: 150 } } },
    obsolete: 'The fee was changed meanwhile, to 0.9%, at least 0.0000: withdraw this and propose again.',
  });
  await cancelProposal(em(), { id, actor: bob });
  const again = await propose(150);
  expect(await listWaitingProposals(em(), { merchantId: await merchantId() })).toMatchObject([
    { id: again, obsolete: null },
  ]);
  expect(await listWaitingProposals(em(), { merchantId: 'mer_other' })).toEqual([]);
  await confirmProposal(em(), { id: again, actor: bob });
  expect(await feeOf()).toBe(150);
});

test('late money is accepted by the second operator, with its signal; a decision of the merchant withdraws the proposal', async () => {
  const { intentId, reviewItemId } = await lateReview();
  const id = await proposeAcceptance(em(), { reviewItemId, actor: ann, reason: 'The shop agreed' });
  expect(await stateOf(reviewItemId)).toMatchObject({ state: 'open' });
  await confirmProposal(em(), { id, actor: bob });
  expect(await stateOf(reviewItemId)).toEqual({ state: 'resolved', outcome: 'accepted', resolved_by: ann.email });
  expect(
    await ledger.rows(`select 1 from dispatch where subject_id = ? and data->>'signal' = 'reviewResolved'`, [intentId]),
  ).toHaveLength(1);

  const other = await lateReview();
  const late = await proposeAcceptance(em(), { ...other, actor: ann, reason: 'The shop agreed' });
  await resolveReview(em().fork(), {
    ...{ reviewItemId: other.reviewItemId, outcome: 'closed', reason: 'Ours' },
    actor: { kind: 'member', id: 'owner', email: 'owner@shop.example' },
  });
  await expect(confirmProposal(em(), { id: late, actor: bob })).rejects.toMatchObject({ code: 'no_proposal' });
  expect(await stateOf(other.reviewItemId)).toMatchObject({ outcome: 'closed' });
  expect(await countProposals(em())).toBe(0);
  expect((await listProposals(em()))[0]).toMatchObject({
    ...{ id: late, state: 'canceled', decidedBy: 'owner@shop.example', order: { id: other.intentId } },
  });
  await expect(proposeAcceptance(em(), { ...other, actor: bob, reason: 'x' })).rejects.toMatchObject({
    code: 'review_resolved',
  });
});

test('the review and the order’s audit entries name both operators', async () => {
  const { intentId, reviewItemId } = await lateReview();
  const proposalId = await proposeAcceptance(em(), { reviewItemId, actor: ann, reason: 'The shop agreed' });
  expect(await readReview(em(), reviewItemId)).toMatchObject({ confirmedBy: null });
  await confirmProposal(em(), { id: proposalId, actor: bob });
  expect(await readReview(em(), reviewItemId)).toMatchObject({ resolvedBy: ann.email, confirmedBy: bob.email });
  expect(await ledger.rows('select actor_id, data from audit_entry where subject_id = ?', [intentId])).toEqual([
    { actor_id: 'ann', data: expect.objectContaining({ proposalId, confirmedBy: bob.email }) },
  ]);
});

test('a proposal and another decision at once leave nothing that waits for ever', async () => {
  for (let round = 0; round < 8; round += 1) {
    const { reviewItemId } = await lateReview();
    const closing = { reviewItemId, outcome: 'closed', reason: 'Dust', actor: bob } as const;
    const [proposed, closed] = await Promise.allSettled([
      proposeAcceptance(em(), { reviewItemId, actor: ann, reason: 'The shop agreed' }),
      resolveReview(em().fork(), closing),
    ]);
    expect(closed.status).toBe('fulfilled');
    if (proposed.status === 'rejected') expect(proposed.reason).toMatchObject({ code: 'review_resolved' });
    expect(await countProposals(em())).toBe(0);
  }
});

test('money that a reorganisation removed after the proposal is not offered for confirmation', async () => {
  const { intentId, reviewItemId } = await lateReview();
  const id = await proposeAcceptance(em(), { reviewItemId, actor: ann, reason: 'The shop agreed' });
  const says = async (state: string) => {
    await ledger.rows('update token_transfer set state = ? where intent_id = ?', [state, intentId]);
    const [listed] = await listWaitingProposals(em(), { reviewItemId });
    return listed?.obsolete;
  };
  expect(await says('orphaned')).toBe('A reorganisation has removed this money from the chain: withdraw the proposal.');
  expect(await says('seen')).toBe('This money is not confirmed any more: wait until it is, or withdraw the proposal.');
  expect(await says('confirmed')).toBeNull();
  await cancelProposal(em(), { id, actor: bob });
});
