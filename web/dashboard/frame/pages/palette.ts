// Results of a store's palette: orders by what the list's search finds; the newest for an empty query. `slow`: the search was stopped.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { requireMember } from '#web/access/require-member.ts';
import { groupDigits } from '#web/ui/money.tsx';
import type { PaletteEntry } from '#web/ui/palette/palette-targets.ts';
import { INTENT_LABELS } from '#web/ui/status-labels.ts';
import type { OrderLine } from '../../orders/server/orders-types.ts';

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  const { store } = await requireMember(args);
  const q = new URL(args.request.url).searchParams.get('q') ?? '';
  const lines = await args.context.dashboard.orders.find(store, q);
  const found = (lines ?? []).map((line) => entryOf(`/dashboard/${store.id}/orders`, line));
  return Response.json({ found, slow: lines === null }, { headers: { 'cache-control': 'no-store' } });
};

const entryOf = (base: string, { id, orderId, description, amount, coin, status }: OrderLine): PaletteEntry => ({
  to: `${base}/${id}`,
  title: orderId ?? id,
  detail: [`${groupDigits(amount)} ${coin}`, description].filter(Boolean).join(' · '),
  state: INTENT_LABELS[status].message,
});
