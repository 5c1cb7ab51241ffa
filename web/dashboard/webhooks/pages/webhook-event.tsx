// One webhook: its body, every attempt with its response, and sending it again. The page reloads its data while an attempt is due.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply } from '#web/access/form-action.ts';
import { problemOf } from '#web/access/form-error.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, useActionResult } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { RawText } from '../../developers/parts/raw-text.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { AttemptCard } from '../parts/attempt-card.tsx';
import { DeliveryLine } from '../parts/delivery-line.tsx';
import { isDueSoon, useReload } from '../parts/use-reload.ts';

export const meta = storeTitle('Webhook');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  // E-mails of older releases lead to the webhook endpoints here.
  if (args.params.eventId === 'endpoints') throw redirect(`/dashboard/${store.id}/endpoints`);
  const event = await args.context.dashboard.webhooks.event(store.id, args.params.eventId ?? '');
  if (!event) throw new Response('Not found', { status: 404 });
  return {
    event,
    isDue: isDueSoon(event),
    timeZone: store.timeZone,
    storeId: store.id,
    mayWrite,
  };
};

/** It may have been delivered, or redelivered by a colleague, meanwhile. */
export const shouldRevalidate = readAgain;

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.webhooks.who, write: true });
  const eventId = args.params.eventId ?? '';
  const old = oldLogInReply(visit.session, await readForm(args.request), 'webhooks', 'resend');
  if (old) return old;
  const problem = await problemOf(() => args.context.dashboard.webhooks.resend(visit, eventId));
  return problem
    ? data({ problem }, { status: 409 })
    : redirect(`/dashboard/${visit.store.id}/webhooks/${eventId}`, 303);
};

export default function WebhookPage() {
  const { event, isDue, timeZone, storeId, mayWrite } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  useReload(isDue);
  return (
    <div className="grid gap-5">
      <PageHeader
        title={event.isTest ? 'Test event' : `Webhook of order ${event.orderId ?? event.intentId}`}
        lead={<span className="font-mono text-sm">{event.id}</span>}
        actions={
          mayWrite ? (
            <Form method="post">
              <SubmitButton busyLabel="One moment…">Redeliver</SubmitButton>
            </Form>
          ) : null
        }
      />
      {response && 'problem' in response ? <Notice tone="bad">{response.problem.message}</Notice> : null}
      {needsLogIn(useActionResult()) ? <LogInAgain /> : null}
      <DeliveryLine delivery={event} timeZone={timeZone}>
        {event.intentId ? (
          <Link className="link" to={`/dashboard/${storeId}/orders/${event.intentId}`}>
            To the order
          </Link>
        ) : null}
      </DeliveryLine>
      <Card title="Body" lead="Every attempt sends the same bytes.">
        <RawText label="Text of the body" text={event.body} empty="" />
      </Card>
      <h2 className="text-lg font-semibold">Attempts, newest first</h2>
      {event.attempts.length === 0 ? <p className="text-sm text-ink-2">None yet.</p> : null}
      {event.attempts
        .map((attempt, index) => (
          <AttemptCard
            key={attempt.at}
            attempt={attempt}
            number={index + 1}
            timeZone={timeZone}
            debuggerUrl={`/dashboard/${storeId}/debugger?webhook=${event.id}&attempt=${index + 1}`}
          />
        ))
        .reverse()}
    </div>
  );
}
