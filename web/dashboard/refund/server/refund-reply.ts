// The refund panel's requests: parses them, and turns every rejection into a reply with a message.
import { z } from 'zod';
import type { Actor } from '#db/merchants/audit.ts';
import type { Hex } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import { parseForm, text } from '#web/access/form-action.ts';
import type { RefundService } from './refund-service.ts';
import type { RefundReply, RefundTarget } from './refund-types.ts';

/** `review:ID` or `surplus:INTENT_ID`. */
const target = text.transform((value, context): RefundTarget => {
  const [, kind, id = ''] = /^(review|surplus):([0-9a-f]{1,24})$/.exec(value) ?? [];
  if (kind === 'review') return { kind, reviewItemId: id };
  if (kind === 'surplus') return { kind, intentId: id };
  context.addIssue({ code: 'custom', message: 'must be a review or a surplus' });
  return z.NEVER;
});

const refundRequest = z.discriminatedUnion('do', [
  z.object({ do: z.literal('prepare'), target }),
  z.object({
    do: z.literal('order'),
    target,
    reason: text,
    nonce: text,
    deadline: text.transform(Number),
    signature: text.transform((value) => value as Hex),
  }),
  z.object({ do: z.literal('wallet'), target, reason: text }),
  z.object({ do: z.literal('resume'), target }),
  z.object({ do: z.literal('sent'), id: text, txHash: text }),
]);

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
      return { kind: 'sign', order: await service.prepare(storeId, request.target) };
    case 'order': {
      const { target: money, reason, ...signed } = request;
      return { kind: 'send', order: await service.order(storeId, money, signed, { actor, reason }) };
    }
    case 'wallet': {
      const { target: money, reason } = request;
      return { kind: 'send', order: await service.orderFromWallet(storeId, money, { actor, reason }) };
    }
    case 'resume':
      return { kind: 'send', order: await service.resume(storeId, request.target) };
    case 'sent':
      await service.noteSent(storeId, request.id, request.txHash);
      return { kind: 'noted' };
  }
};
