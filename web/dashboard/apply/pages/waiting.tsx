// What an applicant sees until an operator decides: what happens next, and what can be done until then.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData, useSearchParams } from '@remix-run/react';
import { requireLogIn } from '#web/access/require-member.ts';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { NarrowFrame } from '../../frame/narrow-frame.tsx';

export const meta: MetaFunction = () => [{ title: 'Your application · AllScale Checkout' }];

export const loader = async ({ request, context }: LoaderFunctionArgs) => {
  const session = await requireLogIn({ request, context });
  const view = await context.dashboard.apply.waiting(session);
  if (view.applications.length === 0) throw redirect('/dashboard');
  return view;
};

/** Sends the confirmation e-mail again. */
export const action = async ({ request, context }: ActionFunctionArgs) => {
  const { email } = await requireLogIn({ request, context });
  const body = { email, callbackURL: '/dashboard/waiting' };
  const response = await context.account.callAuth(request, context.clientAddress, '/send-verification-email', body);
  return data({ sent: response.ok }, { status: response.ok ? 200 : 429 });
};

export default function WaitingPage() {
  const { email, emailVerified, applications, open } = useLoaderData<typeof loader>();
  return (
    <NarrowFrame email={email} {...(open.length > 0 ? { back: `/dashboard/${open[0]?.id}` } : {})}>
      <h1 className="text-xl font-semibold sm:text-2xl">Thank you: we have your application</h1>
      {emailVerified ? null : <VerifyNotice email={email} />}
      <section className="card grid gap-4 p-6" aria-labelledby="next">
        <h2 id="next" className="font-semibold">
          What happens next for {applications.map(({ name }) => name).join(', ')}
        </h2>
        <ol className="grid list-decimal gap-2 pl-5 text-ink-2">
          <li>We read your application and visit your website, usually within one working day.</li>
          <li>We agree on the fee with you and activate your store. You get an e-mail at {email}.</li>
          <li>
            You set your receiving address, create an API key and try a first order. A checklist in the dashboard guides
            you.
          </li>
        </ol>
        <p className="flex flex-wrap gap-2">
          <LinkButton to="/docs">Read the documentation</LinkButton>
          <LinkButton to="/dashboard/security">Log-in and security</LinkButton>
        </p>
      </section>
    </NarrowFrame>
  );
}

function VerifyNotice({ email }: { email: string }) {
  const response = useActionData<typeof action>();
  const [parameters] = useSearchParams();
  if (response?.sent) {
    return (
      <Notice tone="ok" announced title="Sent">
        Check the mailbox of {email}. The link is valid for an hour. Only one e-mail is sent within two minutes.
      </Notice>
    );
  }
  return (
    <Notice tone="warn" title="Please confirm your e-mail address">
      <p>
        {parameters.has('error') ? 'That link was already used or has expired. ' : ''}
        {response ? 'Too many requests: wait a minute. ' : ''}
        We sent a link to {email}.
      </p>
      <Form method="post" className="mt-2">
        <SubmitButton busyLabel="Sending…">Send it again</SubmitButton>
      </Form>
    </Notice>
  );
}
