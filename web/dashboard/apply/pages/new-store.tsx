// One more store of the merchant: a name, and whether it is for trying things out.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';

export const meta: MetaFunction = () => [{ title: 'New store · AllScale Checkout' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: 'owner', write: true });
  return { merchantName: store.merchantName };
};

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: 'owner', write: true });
  const form = await args.request.formData();
  const typed = { name: String(form.get('name') ?? ''), isTest: form.get('isTest') !== null };
  const made = await args.context.dashboard.apply.addStore(visit, typed);
  if ('storeId' in made) return redirect(`/dashboard/${made.storeId}`, 303);
  return data({ problem: made, typed }, { status: 422 });
};

export default function NewStorePage() {
  const { merchantName } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  const nameError = response?.problem.field === 'name' ? response.problem.message : null;
  return (
    <>
      <PageHeader
        title="New store"
        lead={`${merchantName} gets a store with its own orders, keys and settings. The team and the fee are the same.`}
      />
      <Card className="max-w-2xl">
        <Form method="post" className="grid gap-4" noValidate>
          {response && !nameError ? <Notice tone="bad">{response.problem.message} Nothing has changed.</Notice> : null}
          <Field
            label="Name"
            name="name"
            hint="Shoppers see it on the checkout."
            required
            maxLength={255}
            defaultValue={response?.typed.name}
            error={nameError}
          />
          <Checkbox
            name="isTest"
            label="Test store"
            hint="Takes test and local networks only, and says so wherever it is shown."
            defaultChecked={response?.typed.isTest ?? false}
          />
          <div>
            <SubmitButton tone="primary" busyLabel="One moment…">
              Make the store
            </SubmitButton>
          </div>
        </Form>
      </Card>
    </>
  );
}
