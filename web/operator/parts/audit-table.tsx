// Entries of the audit log: actor, action, subject, reason and changes.
import { Link } from '@remix-run/react';
import { actionLabel, dataLine } from '#web/text/audit-labels.ts';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { TestMark } from '#web/ui/store-name.tsx';
import type { AuditRow } from '../server/operator-types.ts';
import { CONSOLE_ZONE } from './console-parts.tsx';

const ACTORS = {
  operator: 'operator',
  member: 'merchant',
  account: 'account',
  api_key: 'API key',
  command: 'command line',
  system: 'system',
} as const;

export function AuditTable({ rows, empty }: { rows: readonly AuditRow[]; empty: string }) {
  return (
    <DataTable
      stacked
      caption="Audit log"
      rows={rows}
      rowKey={({ id }) => id}
      empty={<EmptyState title="No entries">{empty}</EmptyState>}
      columns={[
        {
          key: 'at',
          header: 'Time',
          cell: ({ at, id }) => (
            <span className="grid">
              <LocalTime iso={new Date(at).toISOString()} timeZone={CONSOLE_ZONE} precision="second" />
              <span className="text-ink-2">entry {id}</span>
            </span>
          ),
        },
        {
          key: 'who',
          header: 'Who',
          cell: ({ actorEmail, actorId, actorKind }) => (
            <span className="grid">
              <span className="wrap-anywhere md:min-w-56">{actorEmail ?? actorId}</span>
              <span className="text-ink-2">{ACTORS[actorKind]}</span>
            </span>
          ),
        },
        {
          key: 'what',
          header: 'What',
          rowHeader: true,
          cell: ({ action, subjectKind, subjectId, subjectEmail, storeIsTest }) => (
            <span className="grid">
              <span className="font-semibold">{actionLabel(action)}</span>
              <span className="font-mono text-xs text-ink-2">{action}</span>
              {subjectEmail ? <span className="text-ink-2 wrap-anywhere">{subjectEmail}</span> : null}
              <span className="font-mono text-xs text-ink-2 wrap-anywhere">
                <Subject kind={subjectKind} id={subjectId} /> {storeIsTest ? <TestMark /> : null}
              </span>
            </span>
          ),
        },
        {
          key: 'why',
          header: 'Why, and what changed',
          cell: ({ reason, data }) => (
            <span className="grid max-w-md gap-1">
              {reason ? <span className="wrap-anywhere">{reason}</span> : null}
              {Object.entries(data).map(([name, value]) => (
                <span key={name} className="text-ink-2 wrap-anywhere">
                  {dataLine(name, value)}
                </span>
              ))}
            </span>
          ),
        },
      ]}
    />
  );
}

/** Subjects that have a page in the console. */
const PAGES: Readonly<Record<string, string>> = { intent: 'orders', order: 'orders', merchant: 'merchants' };

function Subject({ kind, id }: { kind: string; id: string }) {
  const page = PAGES[kind];
  const name = `${kind.replaceAll('_', ' ')} ${id}`;
  if (!page) return name;
  return (
    <Link to={`/operator/${page}/${id}`} className="underline">
      {name}
    </Link>
  );
}
