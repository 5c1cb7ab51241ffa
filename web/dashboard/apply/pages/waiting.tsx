// What an applicant sees until an operator decides: what happens next, and what can be done until then.
import { type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useLoaderData } from '@remix-run/react';
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
        <p>Your test store is open already: create a key and pay a first order with test coins.</p>
        <p className="flex flex-wrap gap-2">
          {open[0] ? <LinkButton to={`/dashboard/${open[0].id}`}>Open the test store</LinkButton> : null}
          <LinkButton to="/docs">Read the documentation</LinkButton>
          <LinkButton to="/dashboard/security">Log-in and security</LinkButton>
        </p>
      </section>
    </NarrowFrame>
  );
}

function VerifyNotice({ email }: { email: string }) {
  return (
    <Notice tone="warn" title="Please confirm your e-mail address">
      <p>We cannot activate your store before you have confirmed that {email} is yours.</p>
      <Form method="post" action="/account/verify?next=/dashboard/waiting" className="mt-2">
        <SubmitButton busyLabel="Sending…">Send me a link</SubmitButton>
      </Form>
    </Notice>
  );
}
