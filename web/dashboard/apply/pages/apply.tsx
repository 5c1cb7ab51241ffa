// The application of a merchant: first an account (without a wallet), then a few words about the business. The second step works
// without JavaScript, and gives back what was typed when something is wrong.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { requireLogIn } from '#web/access/require-member.ts';
import { NeedsScripts } from '#web/account/parts/form-parts.tsx';
import { NewAccountForm } from '#web/account/parts/new-account-form.tsx';
import { EnglishAccountTexts } from '#web/account/text/english.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Field, TextArea } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { NarrowFrame } from '../../frame/narrow-frame.tsx';

export const meta: MetaFunction = () => [{ title: 'Apply · AllScale Checkout' }];

export const loader = async ({ request, context }: LoaderFunctionArgs) => {
  const session = await context.account.session(request);
  if (!session) return { email: null };
  const { applications } = await context.dashboard.apply.waiting(session);
  if (applications.length > 0) throw redirect('/dashboard/waiting');
  return { email: session.email };
};

export const action = async ({ request, context }: ActionFunctionArgs) => {
  const session = await requireLogIn({ request, context });
  const form = await request.formData();
  const text = (name: string): string => String(form.get(name) ?? '');
  const typed = { name: text('name'), website: text('website'), about: text('about') };
  const problem = await context.dashboard.apply.apply(session, typed);
  if (problem) return data({ problem, typed }, { status: 422 });
  if (!session.emailVerified) {
    const body = { email: session.email, callbackURL: '/dashboard/waiting' };
    await context.account.callAuth(request, context.clientAddress, '/send-verification-email', body);
  }
  return redirect('/dashboard/waiting', 303);
};

export default function ApplyPage() {
  const { email } = useLoaderData<typeof loader>();
  return (
    <NarrowFrame email={email}>
      <div className="grid gap-2">
        <h1 className="text-xl font-semibold sm:text-2xl">Take stablecoin payments</h1>
        <p className="text-ink-2">
          Your customers pay USDT or USDC from any wallet or exchange; the money goes to your own address. Apply here;
          we look at every application ourselves.
        </p>
      </div>
      {email ? <BusinessForm /> : <AccountStep />}
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
      <EnglishAccountTexts>
        <NeedsScripts />
        {/* A whole new page: nothing that was typed stays in memory. */}
        <NewAccountForm email={null} onMade={() => location.assign('/dashboard/apply')} />
      </EnglishAccountTexts>
      <p className="text-sm text-ink-2">
        Have an account?{' '}
        <Link className="link" to="/account/log-in?next=/dashboard/apply">
          Log in
        </Link>
      </p>
    </section>
  );
}

function BusinessForm() {
  const response = useActionData<typeof action>();
  const errorOf = (field: string): string | null =>
    response?.problem.field === field ? response.problem.message : null;
  const general = response && !['name', 'website', 'about'].includes(response.problem.field ?? '');
  return (
    <section className="card grid gap-5 p-6" aria-labelledby="business">
      <div className="grid gap-1">
        <p className="text-sm text-ink-2">Step 2 of 2</p>
        <h2 id="business" className="text-lg font-semibold">
          Your business
        </h2>
      </div>
      {general ? <Notice tone="bad">{response.problem.message} Nothing was sent.</Notice> : null}
      <Form method="post" className="grid gap-5" noValidate>
        <Field
          label="Name"
          name="name"
          hint="As your customers know it. It stands on every checkout, and can be changed later."
          autoComplete="organization"
          required
          maxLength={255}
          defaultValue={response?.typed.name}
          error={errorOf('name')}
        />
        <Field
          label="Website"
          name="website"
          placeholder="shop.example"
          autoComplete="url"
          inputMode="url"
          required
          maxLength={255}
          defaultValue={response?.typed.website}
          error={errorOf('website')}
        />
        <TextArea
          label="What do you sell, and to whom?"
          name="about"
          hint="A few sentences. Only the people who decide about your application read them."
          required
          maxLength={2000}
          defaultValue={response?.typed.about}
          error={errorOf('about')}
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
