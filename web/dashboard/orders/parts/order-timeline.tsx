// The timeline of an order, newest first. Each entry names its source, besides its colour.

import { Badge } from '#web/ui/badge.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { TimelineEntry } from '../server/orders-types.ts';

const SOURCES: Record<TimelineEntry['source'], string> = {
  status: 'Status',
  chain: 'Chain',
  settlement: 'Settlement',
  webhook: 'Webhook',
  email: 'E-mail',
  action: 'Action',
  note: 'Note',
};

interface OrderTimelineProps {
  entries: readonly TimelineEntry[];
  timeZone: string;
}

/** Deliveries and e-mails that went well tell nothing about the order: they are folded. Those that did not are part of its story. */
const isRoutine = ({ source, tone }: TimelineEntry): boolean =>
  (source === 'webhook' || source === 'email') && tone === 'ok';

export function OrderTimeline({ entries, timeZone }: OrderTimelineProps) {
  const routine = entries.filter(isRoutine);
  return (
    <div className="grid gap-2" data-testid="order-timeline">
      <Entries entries={entries.filter((entry) => !isRoutine(entry))} timeZone={timeZone} />
      {routine.length > 0 ? (
        <details>
          <Summary>{`Webhooks delivered and e-mails sent (${routine.length})`}</Summary>
          <Entries entries={routine} timeZone={timeZone} />
        </details>
      ) : null}
    </div>
  );
}

function Entries({ entries, timeZone }: OrderTimelineProps) {
  return (
    <ol className="grid">
      {entries.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two entries of the same moment have nothing else that differs
        <li key={index} className="grid gap-1 border-b border-line py-3 first:pt-0 last:border-0 last:pb-0">
          <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
            <Badge tone={entry.tone}>{SOURCES[entry.source]}</Badge>
            <span className="text-sm text-ink-2">
              <LocalTime iso={entry.at} timeZone={timeZone} precision="second" />
            </span>
          </div>
          <p className="font-semibold wrap-anywhere">{entry.title}</p>
          {entry.text ? <p className="text-sm whitespace-pre-wrap text-ink-2 wrap-anywhere">{entry.text}</p> : null}
          {entry.until ? (
            <p className="text-sm text-ink-2">
              until <LocalTime iso={entry.until} timeZone={timeZone} precision="second" />
            </p>
          ) : null}
          {entry.link ? (
            <a className="link text-sm" href={entry.link} rel="noreferrer" target="_blank">
              View the transaction in the explorer
            </a>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
