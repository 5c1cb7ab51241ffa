// A new invoice, saved as a draft.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { DOORS } from '#web/access/doors.ts';
import { requireMember } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { PageHeader } from '#web/ui/page-header.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { PRICINGS } from '../../links/parts/link-form.server.ts';
import { InvoiceFields } from '../parts/invoice-fields.tsx';
import { saveInvoice } from '../parts/save-invoice.server.ts';

export const meta = storeTitle('New invoice');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: DOORS.invoices.who });
  return { values: args.context.dashboard.invoices.newValues(store), pricings: PRICINGS, timeZone: store.timeZone };
};

export const action = (args: ActionFunctionArgs) => saveInvoice(args, null);

export default function NewInvoicePage() {
  const { values, pricings, timeZone } = useLoaderData<typeof loader>();
  const form = useActionForm({ action: 'save', values });
  return (
    <>
      <PageHeader title="New invoice" />
      <InvoiceFields form={form} pricings={pricings} lineCount={0} isNew timeZone={timeZone} />
    </>
  );
}
