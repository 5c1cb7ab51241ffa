// Saves the form of an invoice, for a new draft and for a change.
import { type ActionFunctionArgs, redirect } from '@remix-run/node';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, parseForm, rejectFields, rejectForm } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { invoiceFields, readInvoiceForm } from './invoice-form.server.ts';

/** @param id of the draft that is changed; null makes a new one */
export const saveInvoice = async (args: ActionFunctionArgs, id: string | null) => {
  const visit = await requireMember(args, { atLeast: DOORS.invoices.who, write: true });
  const { invoices } = args.context.dashboard;
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'invoices', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, invoiceFields);
  if (submission.status !== 'success') return rejectForm(submission);
  const read = readInvoiceForm(submission.value);
  if ('problems' in read) return rejectFields(submission, read.problems);
  try {
    const saved = id ?? (await invoices.create(visit, read.values));
    if (id !== null) await invoices.update(visit, id, read.values);
    return redirect(`/dashboard/${visit.store.id}/invoices/${saved}`, 303);
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
};
