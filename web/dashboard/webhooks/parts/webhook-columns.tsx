// Columns of the list of webhooks.
import { Link } from '@remix-run/react';
import { eventLabel } from '#web/text/event-labels.ts';
import { Badge } from '#web/ui/badge.tsx';
import type { Column } from '#web/ui/data-table.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import type { WebhookRowView } from '../server/webhooks-types.ts';
import { WebhookStateBadge } from './webhook-states.tsx';

/** @param here URL of the list */
export const webhookColumns = (timeZone: string, here: string): Column<WebhookRowView>[] => [
  {
    key: 'time',
    header: 'Event',
    rowHeader: true,
    cell: ({ id, createdAt }) => (
      <Link className="link" to={`${here}/${id}`}>
        <LocalTime iso={createdAt} timeZone={timeZone} />
      </Link>
    ),
  },
  { key: 'state', header: 'State', cell: ({ state }) => <WebhookStateBadge state={state} /> },
  {
    key: 'about',
    header: 'Order',
    cell: ({ isTest, eventType, orderId, intentId }) =>
      isTest ? (
        <Badge>Test</Badge>
      ) : (
        <span className="grid">
          <span className="wrap-anywhere">{orderId ?? intentId}</span>
          <span className="text-xs text-ink-2">{eventLabel(eventType)}</span>
        </span>
      ),
  },
  { key: 'attempts', header: 'Attempts', align: 'end', cell: ({ attempts }) => attempts },
  {
    key: 'last',
    header: 'Last response',
    cell: ({ last, state }) =>
      last ? (
        <span className="wrap-anywhere">
          {last.status === null ? last.error : `HTTP ${last.status}`}
          <span className="text-ink-2"> · {last.ms} ms</span>
        </span>
      ) : (
        <span className="text-ink-2">{state === 'pending' ? 'not yet' : '–'}</span>
      ),
  },
  {
    key: 'next',
    header: 'Next attempt',
    wideOnly: true,
    cell: ({ nextAttemptAt, state }) =>
      nextAttemptAt && state === 'pending' ? <LocalTime iso={nextAttemptAt} timeZone={timeZone} /> : '–',
  },
];
