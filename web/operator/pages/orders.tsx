// Orders of every store: a search by any part of what an order is known by, newest first.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Form, Link, useLoaderData, useSearchParams } from '@remix-run/react';
import { isIntentId } from '#domain/ids.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { anyText, unknownParts } from '#web/ui/unknown-parts.ts';
import { CONSOLE_ZONE, withParameter } from '../parts/console-parts.tsx';
import type { FoundOrdersView } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const { searchParams } = new URL(args.request.url);
  const text = searchParams.get('q')?.trim() ?? '';
  const after = searchParams.get('after');
  const found = await args.context.operator.orders({ text, ...(isIntentId(after) ? { after } : {}) });
  return { ...found, text, unknown: unknownParts(searchParams, { q: anyText, after: isIntentId }) };
};

const STOPPED: Record<NonNullable<FoundOrdersView['stopped']>, { title: string; what: string }> = {
  slow: {
    title: 'The search took too long and was stopped',
    what: 'Orders may match all the same. Search for a longer or rarer part, best the whole order id or the transaction.',
  },
  unsearchable: {
    title: 'This cannot be searched for',
    what: 'Search for at most 10 words or 128 characters, without control characters.',
  },
};

export default function Orders() {
  const { rows, next, stopped, text, unknown } = useLoaderData<typeof loader>();
  const [parameters] = useSearchParams();
  return (
    <>
      <PageHeader title="Orders" lead="Of every store, newest first." />
      <Form method="get" className="flex flex-wrap items-end gap-2">
        <div className="min-w-60 flex-1">
          <Field
            label="Order id, transaction, address, shopper or description"
            type="search"
            name="q"
            defaultValue={text}
            key={text}
          />
        </div>
        <button type="submit" className="button px-3 text-sm">
          Search
        </button>
      </Form>
      <UnknownNotice unknown={unknown} base="/operator/orders" rows="orders" />
      {stopped ? (
        <Notice tone="warn" announced title={STOPPED[stopped].title}>
          {STOPPED[stopped].what}
        </Notice>
      ) : (
        <Card flush>
          <DataTable
            stacked
            caption="Orders"
            rows={rows}
            rowKey={({ id }) => id}
            empty={<NoOrders text={text} />}
            columns={[
              {
                key: 'order',
                header: 'Order',
                rowHeader: true,
                cell: ({ id, orderId, description }) => (
                  <span className="grid justify-items-start gap-1">
                    <Link to={`/operator/orders/${id}`} className="font-semibold text-brand underline wrap-anywhere">
                      {orderId ?? <span className="font-mono text-xs">{id}</span>}
                    </Link>
                    {description ? (
                      <span className="line-clamp-2 max-w-64 text-xs text-ink-2 wrap-anywhere">{description}</span>
                    ) : null}
                  </span>
                ),
              },
              {
                key: 'store',
                header: 'Store',
                cell: ({ storeName, storeIsTest, merchantId, merchantName }) => (
                  <span className="grid md:min-w-44">
                    <StoreName name={storeName} isTest={storeIsTest} />
                    <Link to={`/operator/merchants/${merchantId}`} className="text-ink-2 underline wrap-anywhere">
                      {merchantName}
                    </Link>
                  </span>
                ),
              },
              {
                key: 'amount',
                header: 'Amount',
                align: 'end',
                cell: ({ amount, coin }) => <Money amount={amount} unit={coin} />,
              },
              {
                key: 'status',
                header: 'Status',
                cell: ({ status, hasOpenReview }) => (
                  <span className="flex flex-wrap gap-1">
                    <StatusBadge status={status} />
                    {hasOpenReview && status !== 'PENDING_MANUAL_OPERATION' ? (
                      <Badge tone="warn">Needs a decision</Badge>
                    ) : null}
                  </span>
                ),
              },
              {
                key: 'created',
                header: 'Created',
                cell: ({ createdAt }) => <LocalTime iso={createdAt} timeZone={CONSOLE_ZONE} />,
              },
            ]}
          />
        </Card>
      )}
      <Pager label="orders" newer={null} older={next && withParameter(parameters, 'after', next)} />
    </>
  );
}

function NoOrders({ text }: { text: string }) {
  if (text === '') return <EmptyState title="No orders yet">The first one appears here.</EmptyState>;
  return (
    <EmptyState title="No order matches">
      Any part of an order id, description, or of a shopper’s name or e-mail address finds an order; so does the whole
      hash of a payment, settlement or refund, and the address of the payer or the deposit.{' '}
      <Link to={`/operator/merchants?${new URLSearchParams({ q: text })}`} className="underline">
        Search the merchants
      </Link>
    </EmptyState>
  );
}
