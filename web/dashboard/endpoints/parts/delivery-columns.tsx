// Columns of deliveries to endpoints.
import { Link } from '@remix-run/react';
import { eventLabel } from '#web/text/event-labels.ts';
import type { Column } from '#web/ui/data-table.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { WebhookStateBadge } from '../../webhooks/parts/webhook-states.tsx';
import type { EndpointDeliveryView } from '../server/endpoints-types.ts';
import { responseText } from './receiver-state.tsx';

/** @param withUrl several endpoints are in the list */
export const deliveryColumns = (
  timeZone: string,
  storeId: string,
  withUrl: boolean,
): Column<EndpointDeliveryView>[] => [
  {
    key: 'event',
    header: 'Event',
    rowHeader: true,
    cell: ({ id, endpointId, eventType, createdAt }) => (
      <span className="grid">
        <Link className="link wrap-anywhere" to={`/dashboard/${storeId}/endpoints/${endpointId}/deliveries/${id}`}>
          {eventLabel(eventType)}
        </Link>
        <LocalTime iso={createdAt} timeZone={timeZone} />
      </span>
    ),
  },
  { key: 'state', header: 'State', cell: ({ state }) => <WebhookStateBadge state={state} /> },
  {
    key: 'order',
    header: 'Order',
    cell: ({ intentId, orderId }) =>
      intentId ? (
        <Link className="link wrap-anywhere" to={`/dashboard/${storeId}/orders/${intentId}`}>
          {orderId ?? intentId}
        </Link>
      ) : (
        '–'
      ),
  },
  ...(withUrl
    ? [
        {
          key: 'to',
          header: 'To',
          cell: ({ url }: EndpointDeliveryView) => <span className="wrap-anywhere">{url}</span>,
        },
      ]
    : []),
  { key: 'attempts', header: 'Attempts', align: 'end', cell: ({ attempts }) => attempts },
  {
    key: 'last',
    header: 'Last response',
    cell: (row) => <span className="wrap-anywhere">{row.attempts === 0 ? 'not yet' : responseText(row)}</span>,
  },
];
