// The mark of an order's page, which changes whenever anything on the page changes.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { requireMember } from '#web/access/require-member.ts';

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  const { store } = await requireMember(args);
  const changes = await args.context.dashboard.orders.orderChanges(store.id, args.params.id ?? '');
  if (!changes) throw new Response('Not found', { status: 404 });
  return Response.json(changes, { headers: { 'cache-control': 'no-store' } });
};
