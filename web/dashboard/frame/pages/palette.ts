// Results of a store's palette: orders by what the list's search finds; the newest for an empty query. `slow`: the search was stopped.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { requireMember } from '#web/access/require-member.ts';
import { orderEntry } from '../../orders/parts/order-entry.ts';

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  const { store } = await requireMember(args);
  const q = new URL(args.request.url).searchParams.get('q') ?? '';
  const lines = await args.context.dashboard.orders.find(store, q);
  const found = (lines ?? []).map((line) => orderEntry(q, `/dashboard/${store.id}/orders`, line));
  return Response.json({ found, slow: lines === null }, { headers: { 'cache-control': 'no-store' } });
};
