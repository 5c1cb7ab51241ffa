// Starts the recovery of an account whose owner has lost every log-in method: every known address gets a message and can stop it.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { FormNotice } from '#web/dashboard/frame/form-notice.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { AuditTable } from '../parts/audit-table.tsx';
import { DoneNotice } from '../parts/console-parts.tsx';
import { ReasonField } from '../parts/reason-field.tsx';

export const loader = async (args: LoaderFunctionArgs) => {
  await requireOperator(args);
  const { rows } = await args.context.operator.audit({ action: 'account.recovery' });
  const email = new URL(args.request.url).searchParams.get('email') ?? '';
  return { recoveries: rows.slice(0, 20), email: email.slice(0, 254) };
};

const recoveryForm = pageForms('recovery', z.object({ do: z.literal('start'), email: text, reason: text }));

export const action = async (args: ActionFunctionArgs) => {
  const { actor, session } = await requireOperator(args);
  const formData = await readForm(args.request);
  const old = oldLogInReply(session, formData, 'recovery', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, recoveryForm);
  if (submission.status !== 'success') return rejectForm(submission);
  const { email, reason } = submission.value;
  const problem = await args.context.operator.startRecovery(email, { actor, reason });
  return problem ? rejectForm(submission, problem) : redirect('/operator/recovery?done=started');
};

export default function RecoveryPage() {
  const { recoveries, email } = useLoaderData<typeof loader>();
  const form = useActionForm({ values: { email } });
  return (
    <>
      <PageHeader title="Account recovery" lead="For owners who have lost every passkey, password and recovery code." />
      <DoneNotice
        messages={{
          started:
            'The recovery has begun. Every known address gets a message and can stop it. After 48 hours, the link in the account’s mailbox replaces all log-in methods.',
        }}
      />
      <Card title="Start a recovery">
        <Form method="post" className="grid gap-4" {...form.props}>
          <input type="hidden" name="do" value="start" />
          <Notice tone="warn">
            First make sure, by another way than e-mail, that the owner asks for it: call back a number that you know.
          </Notice>
          <FormNotice form={form} />
          <Field
            label="E-mail address of the account"
            type="email"
            autoComplete="off"
            required
            maxLength={254}
            {...form.field('email')}
          />
          <ReasonField form={form} hint="Who called, and how you made sure. For the audit log." />
          <div>
            <SubmitButton tone="primary" busyLabel="One moment…">
              Start the recovery
            </SubmitButton>
          </div>
        </Form>
      </Card>
      <Card title="Latest recoveries" flush>
        <AuditTable rows={recoveries} empty="No recovery was started yet." />
      </Card>
    </>
  );
}
