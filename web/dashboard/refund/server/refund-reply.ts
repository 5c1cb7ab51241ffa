// The refund panel's requests: parses them, and turns every rejection into a reply with a message.
import { z } from 'zod';
import type { Actor } from '#db/merchants/audit.ts';
import { type Hex, parseAddress } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { pageForms, parseForm, text } from '#web/access/form-action.ts';
import type { RefundService } from './refund-service.ts';
import type { RefundReply, RefundTarget, RefundTerms } from './refund-types.ts';

/** `review:ID`, `surplus:INTENT_ID`, or `payer:INTENT_ID:CHAIN_ID:TOKEN:PAYER`. */
const target = text.transform((value, context): RefundTarget => {
  const [kind, id = '', chainId = '', token = '', payer = ''] = value.split(':');
  if (kind === 'review' && /^\d{1,18}$/.test(id)) return { kind, reviewItemId: id };
  if (kind === 'surplus' && isIntentId(id)) return { kind, intentId: id };
  const [tokenAddress, payerAddress] = [parseAddress(token), parseAddress(payer)];
  if (kind === 'payer' && isIntentId(id) && /^\d{1,10}$/.test(chainId) && tokenAddress && payerAddress)
    return { kind, intentId: id, chainId: Number(chainId), token: tokenAddress, payer: payerAddress };
  context.addIssue({ code: 'custom', message: 'must be a review, a surplus or a payer' });
  return z.NEVER;
});

const orNull = text.transform((value) => (value.trim() === '' ? null : value.trim()));

/** Absent fields mean all of it, to the payer. */
const terms = {
  amount: orNull,
  to: orNull,
  feeBearer: z
    .enum(['payer', 'merchant', ''])
    .default('')
    .transform((value) => value || null),
  requestId: orNull,
  fromWallet: text.transform((value) => value === 'true'),
  toAgain: orNull,
};

const refundRequest = pageForms(
  'refund',
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('prepare'), target, ...terms }),
    z.object({
      do: z.literal('order'),
      target,
      ...terms,
      reason: text,
      nonce: text,
      deadline: text.transform(Number),
      signature: text.transform((value) => value as Hex),
    }),
    z.object({ do: z.literal('wallet'), target, ...terms, reason: text }),
    z.object({ do: z.literal('quote'), target, ...terms }),
    z.object({ do: z.literal('external'), target, ...terms, reason: text, txHash: text }),
    z.object({ do: z.literal('cancel'), id: text }),
    z.object({ do: z.literal('withdraw'), id: text }),
    z.object({ do: z.literal('resume'), target }),
    z.object({ do: z.literal('sent'), id: text, txHash: text }),
    z.object({
      do: z.literal('release'),
      id: text,
      to: text,
      nonce: text,
      deadline: text.transform(Number),
      signature: text.transform((value) => value as Hex),
    }),
  ]),
);

export type RefundReplier = (storeId: string, form: FormData, actor: Actor) => Promise<RefundReply>;

/** The service as routes get it. */
export const withReplies = (service: RefundService): RefundService & { reply: RefundReplier } => ({
  ...service,
  async reply(storeId, form, actor) {
    try {
      return await replyTo(service, storeId, form, actor);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { kind: 'rejected', code: error.code, message: error.message };
    }
  },
});

const replyTo = async (service: RefundService, storeId: string, form: FormData, actor: Actor): Promise<RefundReply> => {
  const submission = parseForm(form, refundRequest);
  if (submission.status !== 'success') {
    throw new UserError('bad_request', 'The request is malformed. Nothing was sent.');
  }
  const request = submission.value;
  switch (request.do) {
    case 'prepare':
      return { kind: 'sign', order: await service.prepare(storeId, request.target, termsOf(request)) };
    case 'order': {
      const { target: money, reason, nonce, deadline, signature } = request;
      const by = { actor, reason, terms: termsOf(request) };
      return { kind: 'send', order: await service.order(storeId, money, { nonce, deadline, signature }, by) };
    }
    case 'wallet': {
      const { target: money, reason } = request;
      const by = { actor, reason, terms: termsOf(request) };
      return { kind: 'send', order: await service.orderFromWallet(storeId, money, by) };
    }
    case 'quote': {
      const offer = await service.offer(storeId, request.target, termsOf(request));
      if (!offer) throw new UserError('nothing_to_send_back', 'This money can no longer be refunded: reload the page.');
      return { kind: 'quote', offer };
    }
    case 'external': {
      const { target: money, reason, txHash } = request;
      await service.recordExternal(storeId, money, txHash, { actor, reason, terms: termsOf(request) });
      return { kind: 'noted' };
    }
    case 'cancel':
      await service.cancelRequest(storeId, request.id);
      return { kind: 'noted' };
    case 'withdraw':
      await service.withdraw(storeId, request.id, actor);
      return { kind: 'noted' };
    case 'resume':
      return { kind: 'send', order: await service.resume(storeId, request.target) };
    case 'release': {
      const { id: strayId, to, nonce, deadline, signature } = request;
      return { kind: 'send', order: await service.releaseStray(storeId, { strayId, to, nonce, deadline, signature }) };
    }
    case 'sent':
      await service.noteSent(storeId, request.id, request.txHash);
      return { kind: 'noted' };
  }
};

const termsOf = ({ amount, to, feeBearer, requestId, fromWallet, toAgain }: RefundTerms): RefundTerms => ({
  ...{ amount, to, feeBearer, requestId },
  ...(fromWallet === undefined ? {} : { fromWallet }),
  ...(toAgain === undefined ? {} : { toAgain }),
});
