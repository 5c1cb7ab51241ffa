// One order as an operator sees it: the same facts and story as the merchant's page, to read only. Decisions are on the page of a review.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { requireOperator } from '#web/access/require-member.ts';
import { OrderFacts } from '#web/dashboard/orders/parts/order-facts.tsx';
import { OrderRefunds } from '#web/dashboard/orders/parts/order-refunds.tsx';
import { OrderTimeline } from '#web/dashboard/orders/parts/order-timeline.tsx';
import { OrderTransfers } from '#web/dashboard/orders/parts/order-transfers.tsx';
import { REFUNDED_LABELS } from '#web/text/refund-states.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import { StoreName } from '#web/ui/store-name.tsx';
import { CONSOLE_ZONE, ReviewLinks } from '../parts/console-parts.tsx';
import type { OperatorOrderView } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const order = await args.context.operator.order(args.params.id ?? '');
  if (!order) throw new Response('Not found', { status: 404 });
  return order;
};

export default function OperatorOrder() {
  const view = useLoaderData<typeof loader>() as OperatorOrderView;
  const { order } = view;
  const { line } = order;
  return (
    <>
      <PageHeader
        title={`Order ${line.orderId ?? line.id}`}
        lead={
          <span className="flex flex-wrap gap-1">
            <StatusBadge status={order.statusName} />
            {line.refunded ? <Badge>{REFUNDED_LABELS[line.refunded]}</Badge> : null}
          </span>
        }
        actions={<LinkButton to="/operator/orders">Orders</LinkButton>}
      />
      <div className="grid gap-5 two:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] two:grid-rows-[auto_1fr] two:items-start">
        {/* Where to go from here comes first where there is one column. */}
        <div className="grid min-w-0 gap-5 two:col-start-2">
          <Owner view={view} />
        </div>
        <div className="grid min-w-0 gap-5 two:col-start-1 two:row-span-2 two:row-start-1">
          <OrderFacts order={order} timeZone={CONSOLE_ZONE} sourceBase={null} />
          <OrderRefunds refunds={order.refunds} timeZone={CONSOLE_ZONE} />
          <OrderTransfers transfers={order.transfers} timeZone={CONSOLE_ZONE} />
        </div>
        <div className="grid min-w-0 gap-5 two:col-start-2">
          <Card title="Timeline">
            <OrderTimeline entries={order.timeline} timeZone={CONSOLE_ZONE} />
          </Card>
        </div>
      </div>
    </>
  );
}

function Owner({ view }: { view: OperatorOrderView }) {
  const { order, storeName, storeIsTest, storeId, merchantId, merchantName, reviews, temporalUrl } = view;
  const { strays } = order;
  return (
    <Card title="Whose order it is">
      <div className="grid gap-4">
        <Facts
          rows={[
            {
              label: 'Merchant',
              value: (
                <Link to={`/operator/merchants/${merchantId}`} className="text-brand underline wrap-anywhere">
                  {merchantName}
                </Link>
              ),
            },
            { label: 'Store', value: <StoreName name={storeName} isTest={storeIsTest} /> },
            ...(reviews.length > 0 ? [{ label: 'Reviews', value: <ReviewLinks reviews={reviews} /> }] : []),
            ...(strays.length > 0
              ? [
                  {
                    label: 'Other money',
                    value: (
                      <Link
                        to={`/operator/reviews?${new URLSearchParams({ store: storeId })}`}
                        className="text-brand underline"
                      >
                        At its address, not released
                      </Link>
                    ),
                  },
                ]
              : []),
          ]}
        />
        <p className="flex flex-wrap gap-2 text-sm">
          {temporalUrl ? (
            <a className="button px-3" href={temporalUrl} rel="noreferrer">
              Its workflow in Temporal
            </a>
          ) : null}
          <LinkButton to={`/operator/audit?subject=${order.line.id}`}>Its audit entries</LinkButton>
          <LinkButton to={`/checkout/${order.line.id}`} reloadDocument>
            Checkout page
          </LinkButton>
        </p>
      </div>
    </Card>
  );
}
