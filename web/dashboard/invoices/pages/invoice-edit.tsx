// Changes a draft. An invoice that was sent is never changed.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { DOORS } from '#web/access/doors.ts';
import { requireMember } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { PRICINGS } from '../../links/parts/link-form.server.ts';
import { InvoiceFields } from '../parts/invoice-fields.tsx';
import { saveInvoice } from '../parts/save-invoice.server.ts';

export const meta = storeTitle('Change a draft');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: DOORS.invoices.who });
  const invoice = await args.context.dashboard.invoices.find(store, args.params.invoiceId ?? '');
  if (!invoice) throw new Response('Not found', { status: 404 });
  const back = `/dashboard/${store.id}/invoices/${invoice.id}`;
  if (invoice.state !== 'draft') throw redirect(back);
  const { values, lines } = invoice;
  return { values, lineCount: lines.length, pricings: PRICINGS, timeZone: store.timeZone, back };
};

export const action = (args: ActionFunctionArgs) => saveInvoice(args, args.params.invoiceId ?? '');

export default function EditInvoicePage() {
  const { values, lineCount, pricings, timeZone, back } = useLoaderData<typeof loader>();
  const form = useActionForm({ action: 'save', values });
  return (
    <>
      <PageHeader title="Change the draft" actions={<LinkButton to={back}>Back</LinkButton>} />
      <InvoiceFields {...{ form, pricings, lineCount, timeZone }} isNew={false} />
    </>
  );
}
