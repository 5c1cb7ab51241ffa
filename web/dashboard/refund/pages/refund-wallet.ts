// The send-back panel's requests: what to sign, what to send, what was sent. Owners only, with a fresh log-in; JSON.
import type { ActionFunctionArgs } from '@remix-run/node';
import { typedValues } from '#web/access/action-form.ts';
import { requireMember } from '#web/access/require-member.ts';

export const action = async (args: ActionFunctionArgs): Promise<Response> => {
  const { store, actor } = await requireMember(args, { atLeast: 'owner', write: true, fresh: true });
  const form = typedValues(await args.request.formData());
  return Response.json(await args.context.dashboard.refund.reply(store.id, form, actor), {
    headers: { 'cache-control': 'no-store' },
  });
};
