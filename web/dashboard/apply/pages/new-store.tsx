// Creates one more store of the merchant: a name, and whether it is a test store.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { DOORS } from '#web/access/doors.ts';
import { checkbox, oldLogInReply, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, Field } from '#web/ui/field.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';

export const meta = storeTitle('New store');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: DOORS.store.who, write: true });
  return { merchantName: store.merchantName };
};

const storeForm = z.object({ name: text, isTest: checkbox });

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.store.who, write: true });
  const form = await readForm(args.request);
  const old = oldLogInReply(visit.session, form, 'store', 'create');
  if (old) return old;
  const submission = parseForm(form, storeForm);
  if (submission.status !== 'success') return rejectForm(submission);
  const added = await args.context.dashboard.apply.addStore(visit, submission.value);
  return 'storeId' in added ? redirect(`/dashboard/${added.storeId}`, 303) : rejectForm(submission, added);
};

export default function NewStorePage() {
  const { merchantName } = useLoaderData<typeof loader>();
  const form = useActionForm();
  return (
    <>
      <PageHeader
        title="New store"
        lead={`${merchantName} gets a store with its own orders, keys and settings. The team and the fee are the same.`}
      />
      <Card className="max-w-2xl">
        <Form method="post" className="grid gap-4" {...form.props}>
          <FormNotice form={form} />
          <Field
            label="Name"
            hint="Shoppers see it on the checkout."
            required
            maxLength={255}
            {...form.field('name')}
          />
          <Checkbox
            label="Test store"
            hint="Takes test and local networks only, and is marked as a test store everywhere."
            {...form.checkbox('isTest')}
          />
          <div>
            <SubmitButton tone="primary" busyLabel="One moment…">
              Create the store
            </SubmitButton>
          </div>
        </Form>
      </Card>
    </>
  );
}
