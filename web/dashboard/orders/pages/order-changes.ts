// Whether the page of an order says what stands now: its mark, which is another as soon as anything on the page is.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { requireMember } from '#web/access/require-member.ts';

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  const { store } = await requireMember(args);
  const changes = await args.context.dashboard.orders.orderChanges(store.id, args.params.id ?? '');
  if (!changes) throw new Response('Not found', { status: 404 });
  return Response.json(changes, { headers: { 'cache-control': 'no-store' } });
};
