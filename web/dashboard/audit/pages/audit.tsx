// The audit log, for owners: changes of the merchant and its stores, and the log-ins of its members.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { actionLabel, dataLine } from '#web/text/audit-labels.ts';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { oneOf, unknownParts, wholeNumber } from '#web/ui/unknown-parts.ts';
import { storeTitle } from '../../frame/store-title.ts';
import type { AuditLine, AuditPart } from '../server/audit-types.ts';

export const meta = storeTitle('Audit log');

const PARTS: readonly [AuditPart, string][] = [
  ['all', 'All'],
  ['log-ins', 'Log-ins, factors and sessions'],
  ['changes', 'Changes'],
];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: 'owner' });
  const { searchParams } = new URL(args.request.url);
  const [part] = PARTS.find(([name]) => name === searchParams.get('part')) ?? ['all' as const];
  const after = searchParams.get('after') ?? '';
  const page = await args.context.dashboard.audit.lines(
    store.merchantId,
    part,
    /^\d{1,18}$/.test(after) ? after : undefined,
  );
  const base = `/dashboard/${store.id}/audit`;
  const unknown = unknownParts(searchParams, { part: oneOf(PARTS.map(([name]) => name)), after: wholeNumber });
  return { ...page, unknown, part, base, merchantName: store.merchantName, timeZone: store.timeZone };
};

export default function AuditLog() {
  const { lines, next, unknown, part, base, merchantName, timeZone } = useLoaderData<typeof loader>();
  const href = (of: AuditPart, after?: string): string => {
    const query = new URLSearchParams({
      ...(of === 'all' ? {} : { part: of }),
      ...(after ? { after } : {}),
    }).toString();
    return query ? `${base}?${query}` : base;
  };
  return (
    <>
      <PageHeader
        title="Audit log"
        lead={`What was done in ${merchantName}, and the log-ins of everyone who works for it. Nothing here can be changed or removed.`}
      />
      <UnknownNotice unknown={unknown} base={base} rows="entries" />
      <Tabs label="Entries" tabs={PARTS.map(([name, label]) => ({ to: href(name), label, current: name === part }))} />
      <Card flush>
        <DataTable
          stacked
          caption="Audit log"
          rows={lines as AuditLine[]}
          rowKey={({ id }) => id}
          empty={<EmptyState title="No entries">Changes and log-ins appear here.</EmptyState>}
          columns={columnsFor(timeZone)}
        />
      </Card>
      <Pager label="audit entries" newer={null} older={next && href(part, next)} />
    </>
  );
}

const columnsFor = (timeZone: string): Column<AuditLine>[] => [
  {
    key: 'at',
    header: 'Time',
    cell: ({ at }) => <LocalTime iso={at} timeZone={timeZone} precision="second" />,
  },
  {
    key: 'who',
    header: 'Who',
    cell: ({ who }) => <span className="block wrap-anywhere md:min-w-52">{who ?? 'AllScale'}</span>,
  },
  {
    key: 'what',
    header: 'What',
    rowHeader: true,
    cell: ({ action, subject, storeName }) => (
      <span className="grid">
        <span className="font-semibold">{actionLabel(action)}</span>
        {subject ? <span className="font-mono text-xs text-ink-2 wrap-anywhere">{subject}</span> : null}
        {storeName ? <span className="text-ink-2">{storeName}</span> : null}
      </span>
    ),
  },
  {
    key: 'more',
    header: 'Details',
    cell: ({ reason, data }) => (
      <span className="grid max-w-md gap-1">
        {reason ? <span className="wrap-anywhere">{reason}</span> : null}
        {!reason && data.length === 0 ? <span className="text-ink-2">None</span> : null}
        {data.map(([name, value]) => (
          <span key={name} className="text-ink-2 wrap-anywhere">
            {dataLine(name, value)}
          </span>
        ))}
      </span>
    ),
  },
];
