// Webhook receivers and endpoints that do not take their events: since when, why, and when the next try is due.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { requireOperator } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import { CONSOLE_ZONE } from '../parts/console-parts.tsx';
import type { FailingReceiver } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  return { rows: await args.context.operator.failingReceivers() };
};

const iso = (date: Date): string => new Date(date).toISOString();

export default function Receivers() {
  const rows = useLoaderData<typeof loader>().rows as FailingReceiver[];
  return (
    <>
      <PageHeader
        title="Failing receivers"
        lead="Events of the last 30 days that were tried at the URL that is set now, and are not delivered. They are retried for three days, and a merchant can send each again."
      />
      <Card flush>
        <DataTable
          stacked
          caption="Failing receivers"
          rows={rows}
          rowKey={({ storeId, endpointId }) => endpointId ?? storeId}
          empty={<EmptyState title="No receiver fails">No event waits for a retry.</EmptyState>}
          columns={[
            {
              key: 'store',
              header: 'Store',
              rowHeader: true,
              cell: ({ storeName, storeIsTest, merchantId, merchantName }) => (
                <span className="grid">
                  <StoreName name={storeName} isTest={storeIsTest} />
                  <Link to={`/operator/merchants/${merchantId}`} className="text-brand underline wrap-anywhere">
                    {merchantName}
                  </Link>
                </span>
              ),
            },
            {
              key: 'why',
              header: 'Last response',
              cell: ({ url, endpointId, lastStatus, lastError, disabledAt }) => (
                <span className="grid max-w-sm justify-items-start gap-1">
                  <Badge tone="bad">{disabledAt ? 'Off: it responded with 410' : (lastStatus ?? 'No response')}</Badge>
                  {lastError ? <span className="wrap-anywhere">{lastError}</span> : null}
                  <span className="text-xs text-ink-2 wrap-anywhere">
                    {endpointId ? `Endpoint ${endpointId}` : 'Webhook URL'}: {url}
                  </span>
                </span>
              ),
            },
            {
              key: 'since',
              header: 'Failing since',
              cell: ({ failingSince }) => <LocalTime iso={iso(failingSince)} timeZone={CONSOLE_ZONE} />,
            },
            {
              key: 'events',
              header: 'Events',
              align: 'end',
              cell: ({ waiting, givenUp }) => (
                <span className="grid justify-items-end">
                  <span>{waiting} waiting</span>
                  {givenUp > 0 ? <span className="text-ink-2">{givenUp} given up</span> : null}
                </span>
              ),
            },
            {
              key: 'next',
              header: 'Next attempt',
              wideOnly: true,
              cell: ({ nextTryAt }) =>
                nextTryAt ? <LocalTime iso={iso(nextTryAt)} timeZone={CONSOLE_ZONE} precision="second" /> : 'none',
            },
          ]}
        />
      </Card>
    </>
  );
}
