// The invoices of a store, newest first.
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { Plus } from 'lucide-react';
import { requireMember } from '#web/access/require-member.ts';
import { dayText, priceText } from '#web/pay/parts/price-text.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { InvoiceStateBadge } from '../parts/invoice-state.tsx';
import type { InvoiceLineItem } from '../server/invoices-types.ts';

export const meta: MetaFunction = () => [{ title: 'Invoices' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, role, readOnly } = await requireMember(args);
  const params = new URL(args.request.url).searchParams;
  const view = await args.context.dashboard.invoices.list(store, params);
  return { view, storeId: store.id, mayWrite: !readOnly && role !== 'viewer' };
};

const TABS = [
  { tab: null, label: 'All' },
  { tab: 'draft', label: 'Drafts' },
  { tab: 'open', label: 'Open' },
  { tab: 'overdue', label: 'Overdue' },
  { tab: 'paid', label: 'Paid' },
  { tab: 'void', label: 'Void' },
] as const;

export default function InvoicesPage() {
  const { view, storeId, mayWrite } = useLoaderData<typeof loader>();
  const base = `/dashboard/${storeId}/invoices`;
  const urlOf = (tab: string | null, page = 1): string => {
    const params = new URLSearchParams({ ...(tab ? { tab } : {}), ...(page > 1 ? { page: String(page) } : {}) });
    return params.size > 0 ? `${base}?${params}` : base;
  };
  const create = mayWrite ? (
    <LinkButton tone="primary" to={`${base}/new`}>
      <Plus size={16} aria-hidden />
      New invoice
    </LinkButton>
  ) : null;
  return (
    <>
      <PageHeader
        title="Invoices"
        lead="For one customer each, with items, a due day and reminders."
        actions={create}
      />
      <Tabs
        label="Invoices by state"
        tabs={TABS.map(({ tab, label }) => ({
          to: urlOf(tab),
          label: tab === 'overdue' && view.overdue > 0 ? `${label} (${view.overdue})` : label,
          current: view.tab === tab,
        }))}
      />
      <div className="card min-w-0">
        <DataTable
          stacked
          caption="Invoices"
          columns={columns(base)}
          rows={view.list}
          rowKey={({ id }) => id}
          empty={
            view.tab === null ? (
              <EmptyState title="No invoices yet" action={create}>
                Write one, send it by e-mail, and see here when it is paid.
              </EmptyState>
            ) : (
              <EmptyState title="No invoices here">Invoices in this state will appear here.</EmptyState>
            )
          }
        />
      </div>
      <Pager
        label="invoices"
        newer={view.page > 1 ? urlOf(view.tab, view.page - 1) : null}
        older={view.hasMore ? urlOf(view.tab, view.page + 1) : null}
      />
    </>
  );
}

const columns = (base: string): Column<InvoiceLineItem>[] => [
  {
    key: 'number',
    header: 'Invoice',
    rowHeader: true,
    cell: ({ id, number, customerName }) => (
      <span className="grid">
        <Link className="link wrap-anywhere" to={`${base}/${id}`}>
          {number ?? 'Draft'}
          <span className="sr-only"> for {customerName}</span>
        </Link>
        <span aria-hidden className="text-ink-2 wrap-anywhere">
          {customerName}
        </span>
      </span>
    ),
  },
  { key: 'state', header: 'State', cell: ({ state }) => <InvoiceStateBadge state={state} /> },
  {
    key: 'total',
    header: 'Total',
    align: 'end',
    cell: ({ total }) => <span className="whitespace-nowrap tabular-nums">{priceText('en', total)}</span>,
  },
  { key: 'due', header: 'Due', cell: ({ dueDay }) => dayText('en', dueDay) },
];
