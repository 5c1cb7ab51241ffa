// A merchant's application: first an account (without a wallet) by a mailed link, then a form about the business. Both work without
// JavaScript.
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireLogIn } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Field, TextArea } from '#web/ui/field.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';
import { NarrowFrame } from '../../frame/narrow-frame.tsx';

export const meta: MetaFunction = () => [{ title: 'Apply · AllScale Checkout' }];

const SIGN_UP = '/account/sign-up?next=/dashboard/apply';
const VERIFY = '/account/verify?next=/dashboard/apply';

export const loader = async ({ request, context }: LoaderFunctionArgs) => {
  const session = await context.account.session(request);
  if (!session) return { email: null, proven: false };
  const { applications } = await context.dashboard.apply.waiting(session);
  if (applications.length > 0) throw redirect('/dashboard/waiting');
  return { email: session.email, proven: session.emailVerified };
};

const applicationForm = z.object({ name: text, website: text, about: text });

export const action = async ({ request, context }: ActionFunctionArgs) => {
  const session = await requireLogIn({ request, context });
  // An application makes its applicant an owner.
  if (!session.emailVerified) throw redirect(VERIFY);
  const submission = parseForm(await readForm(request), applicationForm);
  if (submission.status !== 'success') return rejectForm(submission);
  const problem = await context.dashboard.apply.apply(session, submission.value);
  if (problem) return rejectForm(submission, problem);
  return redirect('/dashboard/waiting', 303);
};

export default function ApplyPage() {
  const { email, proven } = useLoaderData<typeof loader>();
  return (
    <NarrowFrame email={email}>
      <div className="grid gap-2">
        <h1 className="text-xl font-semibold sm:text-2xl">Take stablecoin payments</h1>
        <p className="text-ink-2">
          Your customers pay USDT or USDC from any wallet or exchange. The money goes to your own address. Apply here:
          we read every application ourselves.
        </p>
        <p className="text-sm text-ink-2">
          Your customers read your checkouts, payment links and invoices in English, Spanish, Japanese or Chinese. Your
          dashboard and its documentation are in English.
        </p>
      </div>
      {proven ? <BusinessForm /> : email ? <AddressStep email={email} /> : <AccountStep />}
    </NarrowFrame>
  );
}

function AccountStep() {
  return (
    <section className="card grid gap-5 p-6" aria-labelledby="account">
      <div className="grid gap-1">
        <p className="text-sm text-ink-2">Step 1 of 2</p>
        <h2 id="account" className="text-lg font-semibold">
          Your log-in
        </h2>
      </div>
      {/* Works without JavaScript. */}
      <Form method="post" action={SIGN_UP} className="grid gap-4">
        <Field
          label="E-mail address"
          hint="We send a link to it. There you choose how you log in."
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
        />
        <div>
          <SubmitButton tone="primary" busyLabel="Sending…">
            Send me a link
          </SubmitButton>
        </div>
      </Form>
      <p className="text-sm text-ink-2">
        Have an account?{' '}
        <Link className="link" to="/account/log-in?next=/dashboard/apply">
          Log in
        </Link>
      </p>
    </section>
  );
}

function AddressStep({ email }: { email: string }) {
  return (
    <section className="card grid gap-5 p-6" aria-labelledby="address">
      <div className="grid gap-1">
        <p className="text-sm text-ink-2">Step 1 of 2</p>
        <h2 id="address" className="text-lg font-semibold">
          Your e-mail address
        </h2>
      </div>
      <p className="text-ink-2 wrap-anywhere">
        Please confirm that {email} is yours: an application makes you the owner of a store.
      </p>
      {/* Works without JavaScript. */}
      <Form method="post" action={VERIFY}>
        <SubmitButton tone="primary" busyLabel="Sending…">
          Send me a link
        </SubmitButton>
      </Form>
    </section>
  );
}

function BusinessForm() {
  const form = useActionForm();
  return (
    <section className="card grid gap-5 p-6" aria-labelledby="business">
      <div className="grid gap-1">
        <p className="text-sm text-ink-2">Step 2 of 2</p>
        <h2 id="business" className="text-lg font-semibold">
          Your business
        </h2>
      </div>
      <FormNotice form={form} unchanged="Nothing was sent." />
      <Form method="post" className="grid gap-5" {...form.props}>
        <Field
          label="Name"
          hint="As your customers know it. Every checkout shows it; you can change it later."
          autoComplete="organization"
          required
          maxLength={255}
          {...form.field('name')}
        />
        <Field
          label="Website"
          placeholder="shop.example"
          autoComplete="url"
          inputMode="url"
          required
          maxLength={255}
          {...form.field('website')}
        />
        <TextArea
          label="What do you sell, and to whom?"
          hint="A few sentences. Only the people who decide on your application read them."
          required
          maxLength={2000}
          {...form.field('about')}
        />
        <div>
          <SubmitButton tone="primary" busyLabel="Sending…">
            Send the application
          </SubmitButton>
        </div>
      </Form>
    </section>
  );
}
