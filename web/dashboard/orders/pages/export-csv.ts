// The CSV of a filter's orders or transfers, as a stream.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { exportFileName } from '#domain/csv-file-name.ts';
import { askedCsvStyle } from '#domain/csv-style.ts';
import { dayOf } from '#domain/local-days.ts';
import { requireMember } from '#web/access/require-member.ts';

export const loader = async (args: LoaderFunctionArgs): Promise<Response> => {
  const { store } = await requireMember(args);
  const params = new URL(args.request.url).searchParams;
  const rows = params.get('rows') === 'transfers' ? 'transfers' : 'orders';
  try {
    const style = askedCsvStyle(params, store);
    const body = args.context.dashboard.orders.csv(store, params, { rows, style });
    const days = { from: params.get('from'), to: params.get('to'), today: dayOf(Date.now(), store.timeZone) };
    return new Response(body, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${exportFileName(rows, store, days)}"`,
        'cache-control': 'no-store',
      },
    });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    return new Response(error.message, { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  }
};
