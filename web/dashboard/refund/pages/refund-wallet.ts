// Requests of the refund panel, as JSON: what to sign, what to send, and what was sent. Owners only.
import type { ActionFunctionArgs } from '@remix-run/node';
import { DOORS } from '#web/access/doors.ts';
import { isTooOld } from '#web/access/form-action.ts';
import { LOG_IN_AGAIN } from '#web/access/form-error-types.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';

/** These read no chain: they change what is stored. */
const WITHOUT_CHAIN = new Set<unknown>(['cancel', 'resume', 'sent']);

export const action = async (args: ActionFunctionArgs): Promise<Response> => {
  const { store, actor, session } = await requireMember(args, { atLeast: DOORS.refund.who, write: true });
  const headers = { 'cache-control': 'no-store' };
  const form = await readForm(args.request);
  if (isTooOld(session, 'refund', form.get('do')))
    return Response.json({ code: LOG_IN_AGAIN, account: session.email }, { status: 403, headers });
  if (!WITHOUT_CHAIN.has(form.get('do'))) await args.context.spendChainRead(session.userId);
  return Response.json(await args.context.dashboard.refund.reply(store.id, form, actor), { headers });
};
