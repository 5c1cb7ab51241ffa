// The page behind an invitation's link: who invites to which role, and how to accept: log in, or create the account first.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { isSameEmail } from '#domain/email-address.ts';
import { requireLogIn } from '#web/access/require-member.ts';
import { NeedsScripts } from '#web/account/parts/form-parts.tsx';
import { NewAccountForm } from '#web/account/parts/new-account-form.tsx';
import { EnglishAccountTexts } from '#web/account/text/english.tsx';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { NarrowFrame } from '../../frame/narrow-frame.tsx';
import { ROLE_LABELS } from '../parts/role-labels.ts';
import type { InvitationView } from '../server/team-types.ts';

export const meta: MetaFunction = () => [{ title: 'Invitation · AllScale Checkout' }];

export const loader = async ({ request, params, context }: LoaderFunctionArgs) => {
  const [session, invitation] = await Promise.all([
    context.account.session(request),
    context.dashboard.team.invitation(params.token ?? ''),
  ]);
  if (!invitation) throw new Response('Not found', { status: 404 });
  return {
    invitation,
    email: session?.email ?? null,
    token: params.token ?? '',
    here: new URL(request.url).pathname,
  };
};

export const action = async ({ request, params, context }: ActionFunctionArgs) => {
  const session = await requireLogIn({ request, context });
  const token = params.token ?? '';
  if (!session.emailVerified && (await context.dashboard.team.isFor(session, token))) {
    // The link proves the mailbox, and a fresh log-in that the account is the visitor's.
    if (!session.fresh) throw redirect(logInAgain(request));
    await context.account.proveByMailedLink(session);
  }
  const accepted = await context.dashboard.team.accept(session, token);
  if ('problem' in accepted) return data({ problem: accepted.problem }, { status: 409 });
  return redirect(`/dashboard?${new URLSearchParams({ merchant: accepted.merchantId })}`, 303);
};

const logInAgain = (request: Request): string =>
  `/account/log-in?${new URLSearchParams({ next: new URL(request.url).pathname, why: 'again' })}`;

const ENDED: Record<Exclude<InvitationView['state'], 'open'>, string> = {
  accepted: 'This invitation was already accepted.',
  revoked: 'This invitation was revoked, or replaced by a newer one.',
  expired: 'This invitation is older than seven days. Ask for a new one.',
};

export default function InvitationPage() {
  const { invitation, email, token, here } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  const { merchantName, role, invitedBy, state } = invitation;
  return (
    <NarrowFrame email={email}>
      <section className="card grid gap-5 p-6">
        <div className="grid gap-2">
          <h1 className="text-xl font-semibold wrap-anywhere sm:text-2xl">Work for {merchantName}</h1>
          <p className="text-ink-2 wrap-anywhere">
            {invitation.email} is invited as {ROLE_LABELS[role].name.toLowerCase()} by {invitedBy}.{' '}
            {ROLE_LABELS[role].may}
          </p>
        </div>
        {response ? <Notice tone="bad">{response.problem.message} Nothing has changed.</Notice> : null}
        {state === 'open' ? (
          <Accept invited={invitation.email} email={email} token={token} here={here} />
        ) : (
          <>
            <Notice tone="warn">{ENDED[state]}</Notice>
            <p>
              <LinkButton to="/dashboard">To the dashboard</LinkButton>
            </p>
          </>
        )}
      </section>
    </NarrowFrame>
  );
}

interface AcceptProps {
  invited: string;
  email: string | null;
  token: string;
  here: string;
}

function Accept({ invited, email, token, here }: AcceptProps) {
  const logIn = `/account/log-in?${new URLSearchParams({ next: here })}`;
  if (email === null) {
    return (
      <>
        <p>
          <Link className="button button-primary" to={logIn}>
            Log in to accept
          </Link>
        </p>
        <p className="text-sm text-ink-2">
          You cannot log in to the account of {invited}, or somebody else created it?{' '}
          <Link className="link" to={`/account/forgot-password?${new URLSearchParams({ next: here })}`}>
            Set it up again from your mailbox
          </Link>
          , then open this page again.
        </p>
        <div className="grid gap-5 border-t border-line pt-5">
          <h2 className="text-lg font-semibold">No account yet?</h2>
          <EnglishAccountTexts>
            <NeedsScripts />
            <NewAccountForm email={invited} token={token} onMade={() => location.assign(here)} />
          </EnglishAccountTexts>
        </div>
      </>
    );
  }
  if (!isSameEmail(email, invited)) {
    return (
      <>
        <Notice tone="warn" title="You are logged in with another address">
          The invitation is for {invited}, and you are logged in as {email}.
        </Notice>
        <Form method="post" action="/account/log-out">
          <input type="hidden" name="next" value={here} />
          <SubmitButton tone="primary" busyLabel="One moment…">
            Log out, and log in as {invited}
          </SubmitButton>
        </Form>
      </>
    );
  }
  return (
    <Form method="post">
      <SubmitButton tone="primary" busyLabel="One moment…">
        Accept the invitation
      </SubmitButton>
    </Form>
  );
}
