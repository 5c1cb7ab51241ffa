// The newest orders of a list's filter, for the announcement of what is new to the list.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { requireMember } from '#web/access/require-member.ts';

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  const { store } = await requireMember(args);
  const changes = await args.context.dashboard.orders.changes(store, new URL(args.request.url).searchParams);
  return Response.json(changes, { headers: { 'cache-control': 'no-store' } });
};
