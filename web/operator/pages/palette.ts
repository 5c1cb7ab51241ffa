// Results of the console's palette: orders by what their search finds, and merchants by name, e-mail address or id; the newest for an
// empty query. `slow`: the search of orders was stopped.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { requireOperator } from '#web/access/require-member.ts';
import { orderEntry } from '#web/dashboard/orders/parts/order-entry.ts';
import type { PaletteEntry } from '#web/ui/palette/palette-targets.ts';
import { ACCOUNT_LABELS } from '#web/ui/status-badge.tsx';

const MAX_RESULTS = 6;

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  await requireOperator(args);
  const { operator } = args.context;
  const text = new URL(args.request.url).searchParams.get('q')?.trim().slice(0, 255) ?? '';
  const [merchants, orders] = await Promise.all([
    operator.merchants(text === '' ? {} : { search: text }),
    operator.orders({ text, size: MAX_RESULTS }),
  ]);
  const found = [
    ...merchants.rows.slice(0, MAX_RESULTS).map(
      ({ id, name, email, status }): PaletteEntry => ({
        heading: text === '' ? 'Newest merchants' : 'Merchants',
        to: `/operator/merchants/${id}`,
        title: name,
        detail: email,
        state: ACCOUNT_LABELS[status].message,
      }),
    ),
    ...orders.rows.map((line) => orderEntry(text, '/operator/orders', line)),
  ];
  return Response.json({ found, slow: orders.stopped === 'slow' }, { headers: { 'cache-control': 'no-store' } });
};
