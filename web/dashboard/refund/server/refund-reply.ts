// The panel's requests, one function for all of them: what the browser sends is read here, and every refusal is an answer in words.

import type { Actor } from '#db/merchants/audit.ts';
import type { Hex } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import type { RefundService } from './refund-service.ts';
import type { RefundReply, RefundTarget } from './refund-types.ts';

const readTarget = (text: string): RefundTarget | null => {
  const [, kind, id = ''] = /^(review|surplus):([0-9a-f]{1,24})$/.exec(text) ?? [];
  if (kind === 'review') return { kind, reviewItemId: id };
  return kind === 'surplus' ? { kind, intentId: id } : null;
};

export type RefundReplier = (
  storeId: string,
  form: Readonly<Record<string, string>>,
  actor: Actor,
) => Promise<RefundReply>;

/** The service as routes get it: they cannot tell its errors apart, so it answers for itself. */
export const withReplies = (service: RefundService): RefundService & { reply: RefundReplier } => ({
  ...service,
  reply: (storeId, form, actor) => refundReply(service, storeId, form, actor),
});

/** Fields: `do` (prepare, order, wallet, resume, sent), `target`, and what each of them needs. */
const refundReply = async (
  service: RefundService,
  storeId: string,
  form: Readonly<Record<string, string>>,
  actor: Actor,
): Promise<RefundReply> => {
  const { do: act = '', target: targetText = '', reason = '' } = form;
  try {
    if (act === 'sent') {
      await service.noteSent(storeId, form.id ?? '', form.txHash ?? '');
      return { kind: 'noted' };
    }
    const target = readTarget(targetText);
    if (!target) throw new UserError('bad_request', 'The request was not in its form. Nothing was sent.');
    switch (act) {
      case 'prepare':
        return { kind: 'sign', order: await service.prepare(storeId, target) };
      case 'order': {
        const signed = {
          nonce: form.nonce ?? '',
          deadline: Number(form.deadline),
          signature: (form.signature ?? '') as Hex,
        };
        return { kind: 'send', order: await service.order(storeId, target, signed, { actor, reason }) };
      }
      case 'wallet':
        return { kind: 'send', order: await service.orderFromWallet(storeId, target, { actor, reason }) };
      case 'resume':
        return { kind: 'send', order: await service.resume(storeId, target) };
      default:
        throw new UserError('bad_request', 'The request was not in its form. Nothing was sent.');
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: 'refused', code: error.code, message: error.message };
  }
};
