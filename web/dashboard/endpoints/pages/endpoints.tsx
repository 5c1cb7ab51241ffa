// All receivers of a store in one list: the webhook URL of the settings, and the webhook endpoints, with how each does.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { eventLabel } from '#web/text/event-labels.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { DeveloperTabs } from '../../developers/parts/developer-tabs.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { deliveryColumns } from '../parts/delivery-columns.tsx';
import { LastDelivery, ReceiverStateBadge } from '../parts/receiver-state.tsx';
import type { EndpointView, OrderReceiverView, ReceiverHealthView } from '../server/endpoints-types.ts';

export const meta = storeTitle('Webhook endpoints');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const { endpoints } = args.context.dashboard;
  const [receivers, newest] = await Promise.all([endpoints.receivers(store.id), endpoints.newest(store.id)]);
  const deleted = new URL(args.request.url).searchParams.has('deleted');
  const { id: storeId, timeZone, isTest } = store;
  return { receivers, newest, deleted, storeId, timeZone, isTest, mayWrite };
};

interface Receiver {
  key: string;
  name: string;
  to: string;
  url: string;
  events: string;
  enabled: boolean;
  goneAt: string | null;
  health: ReceiverHealthView | null;
}

const ofOrders = ({ url, disabledAt, getsRefunds, health }: OrderReceiverView, base: string): Receiver => ({
  key: 'orders',
  name: 'Order notifications',
  to: `${base}/webhooks`,
  url,
  events: getsRefunds ? 'Paid, Refunded' : 'Paid',
  enabled: disabledAt === null,
  goneAt: disabledAt,
  health,
});

const ofEndpoint = (endpoint: EndpointView, base: string): Receiver => ({
  ...{
    key: endpoint.id,
    url: endpoint.url,
    enabled: endpoint.enabled,
    goneAt: endpoint.goneAt,
    health: endpoint.health,
  },
  name: endpoint.description ?? new URL(endpoint.url).host,
  to: `${base}/endpoints/${endpoint.id}`,
  events: endpoint.eventTypes.map(eventLabel).join(', '),
});

export default function EndpointsPage() {
  const { receivers, newest, deleted, storeId, timeZone, isTest, mayWrite } = useLoaderData<typeof loader>();
  const base = `/dashboard/${storeId}`;
  const { orders, endpoints } = receivers;
  const rows = [...(orders ? [ofOrders(orders, base)] : []), ...endpoints.map((one) => ofEndpoint(one, base))];
  return (
    <div className="grid gap-5">
      <PageHeader
        title="Webhook endpoints"
        lead="Where your store’s events are posted. Confirmed payments go to the webhook URL of your settings; endpoints get the additional events that you select."
        actions={
          mayWrite ? (
            <LinkButton tone="primary" to={`${base}/endpoints/new`}>
              Add endpoint
            </LinkButton>
          ) : null
        }
      />
      <DeveloperTabs />
      {deleted ? <Notice tone="ok" announced title="Deleted: nothing more is sent there" /> : null}
      <Card flush title="Receivers" actions={<Badge>{isTest ? 'Test store' : 'Live store'}</Badge>}>
        <DataTable
          stacked
          caption="Receivers of this store"
          columns={receiverColumns(timeZone)}
          rows={rows}
          rowKey={({ key }) => key}
          empty={
            <EmptyState title="Nothing is sent anywhere yet">
              Add an endpoint for events such as late money or refunds. Confirmed payments need the webhook URL in{' '}
              <Link className="link" to={`${base}/settings/connection`}>
                Settings
              </Link>
              .
            </EmptyState>
          }
        />
      </Card>
      {orders || rows.length === 0 ? null : (
        <p className="text-sm text-ink-2">
          No webhook URL is set, so no receiver gets confirmed payments.{' '}
          <Link className="link" to={`${base}/settings/connection`}>
            Set it in Settings
          </Link>
        </p>
      )}
      {mayWrite ? null : <ReadOnlyNotice>Owners and managers may add and change endpoints.</ReadOnlyNotice>}
      <Card
        flush
        title="Newest deliveries to endpoints"
        actions={
          newest.length > 0 ? <LinkButton to={`${base}/webhooks?endpoint=all`}>All deliveries</LinkButton> : null
        }
      >
        <DataTable
          stacked
          caption="Deliveries to webhook endpoints"
          columns={deliveryColumns(timeZone, storeId, true)}
          rows={newest}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title="Nothing was sent yet">
              <a className="link" href="/docs/webhooks#endpoints-for-more-events">
                What endpoints get
              </a>
            </EmptyState>
          }
        />
      </Card>
    </div>
  );
}

const receiverColumns = (timeZone: string): Column<Receiver>[] => [
  {
    key: 'name',
    header: 'Receiver',
    rowHeader: true,
    cell: ({ name, to, url }) => (
      <span className="grid">
        <Link className="link font-semibold wrap-anywhere" to={to}>
          {name}
        </Link>
        <span className="font-mono text-xs break-all text-ink-2">{url}</span>
      </span>
    ),
  },
  { key: 'state', header: 'State', cell: (receiver) => <ReceiverStateBadge {...receiver} /> },
  { key: 'events', header: 'Events', cell: ({ events }) => <span className="wrap-anywhere">{events}</span> },
  {
    key: 'last',
    header: 'Last delivery',
    cell: ({ health }) => <LastDelivery health={health} timeZone={timeZone} />,
  },
];
