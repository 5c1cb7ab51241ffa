// One invoice: what it says, its link, its orders, and what a member can do with it.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { priceText } from '#web/pay/parts/price-text.ts';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { dayText } from '#web/ui/days.ts';
import { Facts } from '#web/ui/facts.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { SourcedOrders } from '../../links/parts/sourced-orders.tsx';
import { InvoiceStateBadge } from '../parts/invoice-state.tsx';
import type { InvoiceDetails } from '../server/invoices-types.ts';

export const meta = storeTitle<typeof loader>((data) => data?.invoice.number ?? 'Invoice');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const invoice = await args.context.dashboard.invoices.find(store, args.params.invoiceId ?? '');
  if (!invoice) throw new Response('Not found', { status: 404 });
  return { invoice, storeId: store.id, timeZone: store.timeZone, mayWrite };
};

/** A colleague may have sent it or made it void, or its customer may have paid it, meanwhile. */
export const shouldRevalidate = readAgain;

const invoiceForms = pageForms('invoices', z.object({ do: z.enum(['issue', 'delete', 'send', 'void']) }));

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.invoices.who, write: true });
  const { invoices } = args.context.dashboard;
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'invoices', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, invoiceForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const id = args.params.invoiceId ?? '';
  const base = `/dashboard/${visit.store.id}/invoices`;
  const acts = {
    issue: () => invoices.issue(visit, id),
    delete: () => invoices.remove(visit, id),
    send: () => invoices.sendAgain(visit, id),
    void: () => invoices.void(visit, id),
  };
  try {
    await acts[submission.value.do]();
    return redirect(submission.value.do === 'delete' ? base : `${base}/${id}`, 303);
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
};

export default function InvoicePage() {
  const { invoice, storeId, timeZone, mayWrite } = useLoaderData<typeof loader>();
  const result = useActionResult();
  const problem = problemIn(result);
  const isDraft = invoice.state === 'draft';
  return (
    <div className="grid gap-5">
      <PageHeader
        title={invoice.number ?? 'Draft'}
        lead={`${invoice.customerName}, ${priceText('en', invoice.total)}`}
        actions={
          isDraft ? null : (
            <LinkButton to={invoice.url} reloadDocument>
              Open its page
            </LinkButton>
          )
        }
      />
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {needsLogIn(result) ? <LogInAgain /> : null}
      {invoice.notPayable ? (
        <Notice tone="warn" title={isDraft ? 'Nobody could pay it now' : 'Nobody can pay it now'}>
          {invoice.notPayable}
        </Notice>
      ) : null}
      {invoice.arriving ? (
        <Notice tone="neutral" title="Money has arrived">
          {invoice.arriving.part
            ? `${priceText('en', invoice.arriving.part.received)} received, ${priceText('en', invoice.arriving.part.due)} still due. `
            : null}
          Its open order is not confirmed as paid yet.{' '}
          <Link className="link" to={`/dashboard/${storeId}/orders/${invoice.arriving.order}`}>
            See what arrived
          </Link>
        </Notice>
      ) : null}
      {invoice.paidAgain.length > 0 ? (
        <Notice tone="warn" title="Paid more than once">
          It was paid already when these orders were paid:
          <ul className="mt-1 grid gap-1">
            {invoice.paidAgain.map(({ id, orderId }) => (
              <li key={id}>
                <Link className="link" to={`/dashboard/${storeId}/orders/${id}/send-back`}>
                  Refund order {orderId ?? id}
                </Link>
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {mayWrite ? <Acts invoice={invoice} storeId={storeId} /> : null}
      <Card title="Details">
        <Facts
          rows={[
            { label: 'State', value: <InvoiceStateBadge state={invoice.state} /> },
            { label: 'Due', value: dayText(invoice.dueDay) },
            { label: 'E-mail address', value: invoice.customerEmail ?? 'none' },
            {
              label: 'Postal address',
              value: <span className="whitespace-pre-line">{invoice.customerAddress ?? 'none'}</span>,
            },
            {
              label: 'Sent',
              value: invoice.issuedAt ? <LocalTime iso={invoice.issuedAt} timeZone={timeZone} /> : 'not yet',
            },
            {
              label: 'Next reminder',
              value: invoice.nextReminderAt ? <LocalTime iso={invoice.nextReminderAt} timeZone={timeZone} /> : 'none',
            },
            ...(invoice.paidAt
              ? [{ label: 'Paid', value: <LocalTime iso={invoice.paidAt} timeZone={timeZone} /> }]
              : []),
            ...(invoice.memo
              ? [{ label: 'Note', value: <span className="whitespace-pre-line">{invoice.memo}</span> }]
              : []),
          ]}
        />
        {isDraft ? null : (
          <div className="mt-4 grid gap-2">
            <p className="wrap-anywhere text-sm">{invoice.url}</p>
            <div>
              <CopyButton value={invoice.url} label="Copy the link of the invoice" />
            </div>
          </div>
        )}
      </Card>
      <Card flush title="Items">
        <DataTable
          caption="List of its items"
          columns={LINES}
          rows={invoice.lines.map((line, at) => ({ ...line, key: String(at) }))}
          rowKey={({ key }) => key}
          empty={null}
        />
        <p className="flex justify-between gap-4 px-4 py-3 font-semibold sm:px-5">
          <span>Total</span>
          <span className="tabular-nums">{priceText('en', invoice.total)}</span>
        </p>
      </Card>
      {isDraft ? null : (
        <SourcedOrders
          orders={invoice.orders}
          storeId={storeId}
          timeZone={timeZone}
          empty="An order appears here when the customer presses the button on the invoice’s page."
        />
      )}
    </div>
  );
}

function Acts({ invoice: { id, state, customerEmail }, storeId }: { invoice: InvoiceDetails; storeId: string }) {
  if (state === 'draft') {
    return (
      <div className="flex flex-wrap items-start gap-2">
        <Form method="post">
          <SubmitButton tone="primary" name="do" value="issue" busyLabel="Sending…">
            {customerEmail ? 'Send invoice' : 'Finish invoice'}
          </SubmitButton>
        </Form>
        <LinkButton to={`/dashboard/${storeId}/invoices/${id}/edit`}>Change</LinkButton>
        <Form method="post">
          <SubmitButton tone="danger" name="do" value="delete" busyLabel="Deleting…">
            Delete draft
          </SubmitButton>
        </Form>
      </div>
    );
  }
  if (state !== 'open' && state !== 'overdue') return null;
  return (
    <div className="flex flex-wrap items-start gap-4">
      {customerEmail ? (
        <Form method="post">
          <SubmitButton name="do" value="send" busyLabel="Sending…">
            Send again
          </SubmitButton>
        </Form>
      ) : null}
      <details>
        <Summary>Void this invoice</Summary>
        <Form method="post" className="mt-2 grid justify-items-start gap-3">
          <p className="text-sm">It cannot be paid any more, and keeps its number. This cannot be undone.</p>
          <SubmitButton tone="danger" name="do" value="void" busyLabel="One moment…">
            Void now
          </SubmitButton>
        </Form>
      </details>
    </div>
  );
}

type Line = InvoiceDetails['lines'][number] & { key: string };

const LINES: Column<Line>[] = [
  {
    key: 'description',
    header: 'Item',
    rowHeader: true,
    cell: ({ description }) => <span className="wrap-anywhere">{description}</span>,
  },
  { key: 'quantity', header: 'Quantity', align: 'end', cell: ({ quantity }) => quantity },
  { key: 'price', header: 'Unit price', align: 'end', wideOnly: true, cell: ({ price }) => priceText('en', price) },
  { key: 'total', header: 'Amount', align: 'end', cell: ({ total }) => priceText('en', total) },
];
