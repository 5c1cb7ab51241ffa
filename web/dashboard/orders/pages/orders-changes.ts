// Changes of a list: its newest orders, and the current state of the shown ones.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { requireMember } from '#web/access/require-member.ts';

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  const { store } = await requireMember(args);
  const changes = await args.context.dashboard.orders.changes(store, new URL(args.request.url).searchParams);
  // Too slow: the open list says since when it is not kept current, and asks less often.
  if (!changes) return new Response(null, { status: 503 });
  return Response.json(changes, { headers: { 'cache-control': 'no-store' } });
};
