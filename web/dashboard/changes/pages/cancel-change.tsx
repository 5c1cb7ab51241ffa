// The page behind the link of an e-mail to an owner: shows a change that waits, and cancels it without a log-in. Opening it changes
// nothing, because mail programs open links by themselves.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { NarrowFrame } from '../../frame/narrow-frame.tsx';
import { CHANGE_NAMES } from '../parts/change-text.ts';
import type { LinkedChange } from '../server/changes-types.ts';

export const meta: MetaFunction = () => [{ title: 'A change waits · AllScale Checkout' }];

export const loader = async ({ params, context }: LoaderFunctionArgs) => {
  const linked = await context.dashboard.changes.linked(params.token ?? '');
  if (!linked) throw new Response('Not found', { status: 404 });
  // Without a log-in, the e-mail's own facts are enough.
  return linked;
};

export const action = async ({ request, params, context }: ActionFunctionArgs) => {
  const problem = await context.dashboard.changes.cancelByLink(params.token ?? '');
  return problem ? data({ problem }, { status: 409 }) : redirect(new URL(request.url).pathname, 303);
};

const ENDED: Record<Exclude<LinkedChange['state'], 'waiting' | 'confirmed'>, string> = {
  applied: 'This change has taken effect. Change it back in the dashboard if you do not agree.',
  canceled: 'This change is canceled. Nothing has changed.',
  closed: 'This link no longer works: it was sent to an owner, and you are not an owner any more.',
};

export default function CancelChangePage() {
  const { merchantName, storeName, change, requestedBy, appliesAt, state } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  const text = change.kind === 'receiver' ? 'font-mono wrap-anywhere' : 'wrap-anywhere';
  return (
    <NarrowFrame email={null}>
      <section className="card grid gap-5 p-6">
        <h1 className="text-xl font-semibold wrap-anywhere sm:text-2xl">A change of {storeName ?? merchantName}</h1>
        {response ? <Notice tone="bad">{response.problem.message} Nothing was done.</Notice> : null}
        {state === 'closed' ? null : (
          <Facts
            rows={[
              { label: 'Change', value: CHANGE_NAMES[change.kind] },
              { label: 'To', value: <span className={text}>{change.subject}</span> },
              ...(change.from ? [{ label: 'Now', value: <span className={text}>{change.from}</span> }] : []),
              { label: 'Asked for by', value: requestedBy ?? 'a command on the server' },
              {
                label: 'Takes effect',
                value: (
                  <>
                    <LocalTime iso={appliesAt} timeZone="UTC" /> UTC
                  </>
                ),
              },
            ]}
          />
        )}
        {state === 'waiting' || state === 'confirmed' ? (
          <>
            <p className="text-ink-2">
              If you did not expect this change, cancel it, and check who has access to your dashboard.
            </p>
            <Form method="post">
              <SubmitButton tone="primary" busyLabel="One moment…">
                Cancel this change
              </SubmitButton>
            </Form>
          </>
        ) : (
          <Notice tone={state === 'canceled' ? 'ok' : 'warn'}>{ENDED[state]}</Notice>
        )}
        <p>
          <LinkButton to="/dashboard">To the dashboard</LinkButton>
        </p>
      </section>
    </NarrowFrame>
  );
}
