// What a shopper who left an address hears of money that did not simply pay the order: once for each opening and decision, in the
// shopper's language, and nothing that a later event has made false.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReviewItem } from '#db/entities/delivery.entity.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { requestReceipt } from '#db/intents/shopper-email.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import { IntentStatus } from '#domain/status.ts';
import { addTransfer, makeIntent, setTransferState } from '#test/support/intents.ts';
import { openSending, type Sending } from './sending.ts';

const S = IntentStatus;
let mail: Sending;
beforeAll(async () => {
  mail = await openSending();
});
afterAll(async () => await mail?.close());

const waiting = async (leaves = true): Promise<IntentId> => {
  const intentId = await makeIntent(mail.em, mail.store, { status: S.TEMP_WALLET_RECEIVED, queued: false });
  // A mailbox has a day's number of e-mails.
  const wish = { email: `${intentId}@shopper.example`, language: 'es', clientKey: intentId } as const;
  if (leaves) expect(await requestReceipt(mail.em, intentId, wish)).toBe('later');
  return intentId;
};
const open = (intentId: IntentId, to: IntentStatus, kind: ReviewKind, transferIds: readonly string[]) =>
  changeIntent(mail.em.fork(), {
    ...{ intentId, actor: 'workflow', to },
    reviews: transferIds.map((transferId) => ({ kind, transferId })),
  });
const part = (intentId: IntentId, amount: string) => addTransfer(mail.em, intentId, { amount, state: 'confirmed' });

const decide = async (intentId: IntentId, outcome: ReviewOutcome, of: object = {}): Promise<void> => {
  const review = await mail.em.fork().findOneOrFail(ReviewItem, { intent: intentId, state: 'open', ...of });
  const actor = { kind: 'member', id: 'ann', email: 'ann@shop.example' } as const;
  await resolveReview(mail.em.fork(), { reviewItemId: String(review.id), outcome, reason: 'Looked at it', actor });
};

const told = (intentId: IntentId): Promise<EmailMessage[]> =>
  mail.em.fork().find(EmailMessage, { intent: intentId, kind: 'shopper_review' }, { orderBy: { createdAt: 'asc' } });
const send = async (intentId: IntentId): Promise<string[]> => {
  for (const { id } of await told(intentId)) await mail.sendUntilTaken(mail.overResend(), id);
  return (await told(intentId)).map(({ state, plainText }) => `${state}: ${plainText ?? ''}`);
};

it('an order that ends short: one e-mail about all its parts, in the language of the checkout', async () => {
  const id = await waiting();
  const parts = [await part(id, '2'), await part(id, '1.5')];
  await open(id, S.UNDERPAID, 'underpaid', parts);
  await open(id, S.UNDERPAID, 'underpaid', parts);
  expect(await told(id)).toMatchObject([{ recipient: `${id}@shopper.example`, locale: 'es' }]);
  const [text, ...more] = await send(id);
  expect(more).toEqual([]);
  expect(text).toContain('Antes de que acabara el plazo llegaron 3,5000 USDT de');
  expect(text).toContain(`https://pay.example/checkout/${id}`);
  expect(text).toContain('adónde debe ir un reembolso');
});

it('nobody is told who left no address, and nobody of a payment that the network removed', async () => {
  const id = await waiting(false);
  await open(id, S.UNDERPAID, 'underpaid', [await part(id, '2')]);
  const paid = await waiting();
  const transferId = await part(paid, '10');
  const change = { intentId: paid, actor: 'workflow', to: S.CONFIRMED } as const;
  await changeIntent(mail.em.fork(), { ...change, paymentTransferIds: [transferId] });
  await setTransferState(mail.em, transferId, 'orphaned');
  await open(paid, S.CONFIRMED, 'reorg_after_confirmed', [transferId]);
  expect([await told(id), await told(paid)]).toEqual([[], []]);
});

it('money of a denied payer: no more than that a person must check it', async () => {
  const id = await waiting();
  await open(id, S.PENDING_MANUAL_OPERATION, 'screening', [await part(id, '5')]);
  const [text] = await send(id);
  expect(text).toContain('una persona debe comprobarlos');
  expect(text).not.toContain('decide');
});

it.each(['decided', 'refunding', 'removed', 'paid'] as const)('is not sent when it became false: %s', async (event) => {
  const id = await waiting();
  const transferId = await part(id, '5');
  await open(id, S.PENDING_MANUAL_OPERATION, 'late', [transferId]);
  if (event === 'decided') await decide(id, 'sent_back');
  else if (event === 'removed') await setTransferState(mail.em, transferId, 'orphaned');
  else if (event === 'refunding')
    await mail.em.fork().execute('update checkout_intent set status = ? where id = ?', [S.SEND_BACK, id]);
  else await mail.em.fork().execute('update token_transfer set in_payment = true where id = ?', [transferId]);
  const [first, ...decision] = await send(id);
  expect(first).toBe('failed: ');
  expect(decision.map((text) => text.slice(0, 5))).toEqual(event === 'decided' ? ['sent:'] : []);
});

it('of two parts, one decided before the e-mail goes: it names the other one only', async () => {
  const id = await waiting();
  const first = await part(id, '2');
  await open(id, S.UNDERPAID, 'underpaid', [first, await part(id, '1.5')]);
  await decide(id, 'closed', { transfer: first });
  const [text] = await send(id);
  expect(text).toContain('llegaron 1,5000 USDT');
  expect(text).not.toContain('2,0000 USDT');
});

it.each([
  ['closed', 'no los ha contado como pago'],
  ['sent_back', 'ha reembolsado 5,0000 USDT'],
] as const)('a decision is told: %s', async (outcome, sentence) => {
  const id = await waiting();
  await open(id, S.PENDING_MANUAL_OPERATION, 'late', [await part(id, '5')]);
  await send(id);
  await decide(id, outcome);
  const [, text] = await send(id);
  expect(text).toContain(sentence);
});

it('money that is accepted: told beside a payment, and else by the receipt', async () => {
  const late = await waiting();
  await open(late, S.PENDING_MANUAL_OPERATION, 'late', [await part(late, '5')]);
  await decide(late, 'accepted');
  expect(await told(late)).toHaveLength(1);
  const paid = await waiting();
  const transferId = await part(paid, '10');
  const change = { intentId: paid, actor: 'workflow', to: S.CONFIRMED } as const;
  await changeIntent(mail.em.fork(), { ...change, paymentTransferIds: [transferId] });
  await open(paid, S.CONFIRMED, 'second_payment', [await part(paid, '3')]);
  await decide(paid, 'accepted');
  const [first, second] = await send(paid);
  expect(first).toBe('failed: ');
  expect(second).toContain('ha aceptado 3,0000 USDT para este pedido');
});

it('a refund address that the shopper gave is named, and not asked for again', async () => {
  const id = await waiting();
  const transferId = await part(id, '2');
  await open(id, S.UNDERPAID, 'underpaid', [transferId]);
  await mail.em.fork().execute(
    `insert into refund_address (intent_id, chain_id, sender, tx_hash, address)
     select intent_id, chain_id, from_address, tx_hash, '0x14dC79964da2C08b23698B3D3cc7Ca32193d9955' from token_transfer where id = ?`,
    [transferId],
  );
  const [text] = await send(id);
  expect(text).toContain('0x14dC79964da2C08b23698B3D3cc7Ca32193d9955');
  expect(text).not.toContain('adónde debe ir un reembolso');
});
