// Exports the orders of the list's filter: a plain link, with progress where JavaScript runs.
import { data, type LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { exportFileName } from '#domain/csv-file-name.ts';
import { askedCsvStyle, CSV_STYLE_PARAMETERS, csvStyleOf } from '#domain/csv-style.ts';
import { dayOf } from '#domain/local-days.ts';
import { requireMember } from '#web/access/require-member.ts';
import { Button, LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { countText } from '#web/ui/count-text.ts';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Select } from '#web/ui/select.tsx';
import { CSV_STYLE_OPTIONS } from '../../frame/csv-style-options.ts';
import { storeTitle } from '../../frame/store-title.ts';
import { ExportDownload } from '../parts/export-download.tsx';

export const meta = storeTitle('Export orders');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args);
  const params = new URL(args.request.url).searchParams;
  const base = `/dashboard/${store.id}/orders`;
  const days = { from: params.get('from'), to: params.get('to'), today: dayOf(Date.now(), store.timeZone) };
  const files = { orders: exportFileName('orders', store, days), transfers: exportFileName('transfers', store, days) };
  const asked = new URLSearchParams(params);
  for (const name of CSV_STYLE_PARAMETERS) params.delete(name);
  const shown = { query: params.toString(), base, style: csvStyleOf(store), files, timeZone: store.timeZone };
  try {
    shown.style = askedCsvStyle(asked, store);
    return data({ ...shown, orders: await args.context.dashboard.orders.count(store, params), problem: null });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    return data({ ...shown, orders: 0, problem: error.message }, { status: 400 });
  }
};

export default function ExportPage() {
  const { query, base, orders, problem, style, files, timeZone } = useLoaderData<typeof loader>();
  const fileOf = (rows: 'orders' | 'transfers'): string =>
    `${base}/export/csv?${new URLSearchParams([...new URLSearchParams(query), ['rows', rows], ['style', style]])}`;
  return (
    <>
      <PageHeader
        title="Export orders"
        lead={query ? 'The orders of the filter that you set in the list.' : 'All orders of this store.'}
        actions={<LinkButton to={query ? `${base}?${query}` : base}>Back to the list</LinkButton>}
      />
      {problem ? (
        <Notice tone="bad" title="The filter is not valid">
          {problem}
        </Notice>
      ) : (
        <>
          <Card
            title="Format"
            lead={
              <>
                What your spreadsheet expects when it opens a file by double click. With the wrong one, all cells are in
                one column, or 1.500 coins are read as 1500. Set it once for exports and reports in the{' '}
                <Link className="link" to="../../settings" relative="path">
                  store’s settings
                </Link>
                .
              </>
            }
          >
            <Form method="get" className="flex flex-wrap items-end gap-3">
              {[...new URLSearchParams(query)].map(([name, value]) => (
                <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
              ))}
              <Select
                label="Columns and decimals"
                name="style"
                key={style}
                defaultValue={style}
                options={CSV_STYLE_OPTIONS}
              />
              <Button type="submit">Apply</Button>
            </Form>
          </Card>
          <Card
            title="One row per order"
            lead={orders === null ? 'Too many orders to count at once.' : `${countText(orders, 'order')} now.`}
          >
            <ExportDownload url={fileOf('orders')} fileName={files.orders} expected={orders} />
          </Card>
          <Card
            title="One row per transfer"
            lead="Every token transfer to those orders, with its block and transaction."
          >
            <ExportDownload url={fileOf('transfers')} fileName={files.transfers} expected={null} />
          </Card>
          <p className="max-w-prose text-sm text-ink-2">
            CSV in UTF-8. Times are in {timeZone} with their offset; amounts are exact decimals. A cell that a
            spreadsheet would read as a formula begins with an apostrophe. Columns keep their names and order; new ones
            are added at the end.
          </p>
        </>
      )}
    </>
  );
}
