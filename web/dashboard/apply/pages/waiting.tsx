// What an applicant sees until an operator has decided: what happens next, and what can be done meanwhile.
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

/** Sends the question whether the address is theirs once more. */
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
          <li>We read what you wrote and look at your website, usually within one working day.</li>
          <li>We agree the fee with you and activate your store. You get an e-mail at {email}.</li>
          <li>
            You set your receiving address, make an API key and try a first order: a checklist in the dashboard leads
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
        Look into the mailbox of {email}; the link is good for an hour. Of several within two minutes only one is sent.
      </Notice>
    );
  }
  return (
    <Notice tone="warn" title="Please confirm your e-mail address">
      <p>
        {parameters.has('error') ? 'That link is used or too old. ' : ''}
        {response ? 'That was too often: wait a minute. ' : ''}
        We have sent a link to {email}.
      </p>
      <Form method="post" className="mt-2">
        <SubmitButton busyLabel="Sending…">Send it again</SubmitButton>
      </Form>
    </Notice>
  );
}
