// Requests of the refund panel, as JSON: what to sign, what to send, and what was sent. Owners only, with a fresh log-in.
import type { ActionFunctionArgs } from '@remix-run/node';
import { requireMember } from '#web/access/require-member.ts';

export const action = async (args: ActionFunctionArgs): Promise<Response> => {
  const { store, actor } = await requireMember(args, { atLeast: 'owner', write: true, fresh: true });
  const reply = await args.context.dashboard.refund.reply(store.id, await args.request.formData(), actor);
  return Response.json(reply, { headers: { 'cache-control': 'no-store' } });
};
