// The invoices of a store, newest first.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { Plus } from 'lucide-react';
import { z } from 'zod';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { priceText } from '#web/pay/parts/price-text.ts';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { dayText } from '#web/ui/days.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { oneOf, unknownParts } from '#web/ui/unknown-parts.ts';
import { FormNotice } from '../../frame/form-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { InvoiceStateBadge } from '../parts/invoice-state.tsx';
import type { InvoiceLineItem, InvoicesView } from '../server/invoices-types.ts';

export const meta = storeTitle('Invoices');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const params = new URL(args.request.url).searchParams;
  const view = await args.context.dashboard.invoices.list(store, params);
  const unknown = unknownParts(params, {
    tab: oneOf(TABS.map(({ tab }) => tab)),
    page: (value) => /^[1-9]\d{0,3}$/.test(value),
  });
  return { view, unknown, storeId: store.id, mayWrite };
};

const invoicesForms = pageForms('invoices', z.object({ do: z.literal('numbering'), prefix: text, next: text }));

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.invoices.who, write: true });
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'invoices', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, invoicesForms);
  if (submission.status !== 'success') return rejectForm(submission);
  try {
    await args.context.dashboard.invoices.setNumbering(visit, submission.value);
    return redirect(`/dashboard/${visit.store.id}/invoices`, 303);
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
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
  const { view, unknown, storeId, mayWrite } = useLoaderData<typeof loader>();
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
      <UnknownNotice unknown={unknown} base={base} rows="invoices" />
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
      {mayWrite ? <Numbering {...view.numbering} /> : null}
    </>
  );
}

function Numbering({ prefix, next }: InvoicesView['numbering']) {
  const form = useActionForm({ action: 'numbering', values: { prefix, next: String(next) } });
  return (
    <details className="card px-4" open={form.rejected || undefined}>
      <Summary>Numbers of invoices</Summary>
      <Form method="post" {...form.props} className="mb-4 grid gap-3">
        <FormNotice form={form} />
        <div className="grid gap-3 sm:grid-cols-2">
          <Field
            {...form.field('prefix')}
            label="Prefix"
            hint="Such as INV- or 2027/. Applies to invoices sent from now on."
          />
          <Field
            {...form.field('next')}
            label="Next number"
            inputMode="numeric"
            hint="Only upwards. Numbers that you skip stay unused; the audit log says so."
          />
        </div>
        <div>
          <SubmitButton name="do" value="numbering" busyLabel="Saving…">
            Save numbers
          </SubmitButton>
        </div>
      </Form>
    </details>
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
  { key: 'due', header: 'Due', cell: ({ dueDay }) => dayText(dueDay) },
];
