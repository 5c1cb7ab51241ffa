// One delivery to a webhook endpoint: its body, every attempt with its response, and sending it again. The page reloads its data while an
// attempt is due.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply } from '#web/access/form-action.ts';
import { problemOf } from '#web/access/form-error.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, useActionResult } from '#web/access/use-action-form.ts';
import { eventLabel } from '#web/text/event-labels.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { urlWith } from '#web/ui/url-with.ts';
import { RawText } from '../../developers/parts/raw-text.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { AttemptCard } from '../../webhooks/parts/attempt-card.tsx';
import { DeliveryLine } from '../../webhooks/parts/delivery-line.tsx';
import { isDueSoon, useReload } from '../../webhooks/parts/use-reload.ts';

export const meta = storeTitle('Delivery');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const { endpointId = '', deliveryId = '' } = args.params;
  const delivery = await args.context.dashboard.endpoints.delivery(store.id, endpointId, deliveryId);
  if (!delivery) throw new Response('Not found', { status: 404 });
  return {
    delivery,
    isDue: isDueSoon(delivery),
    endpointId,
    storeId: store.id,
    timeZone: store.timeZone,
    mayWrite,
  };
};

/** It may have been delivered, or its endpoint deleted, meanwhile. */
export const shouldRevalidate = readAgain;

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.endpoints.who, write: true });
  const { endpointId = '', deliveryId = '' } = args.params;
  const old = oldLogInReply(visit.session, await readForm(args.request), 'endpoints', 'redeliver');
  if (old) return old;
  const problem = await problemOf(() => args.context.dashboard.endpoints.redeliver(visit, endpointId, deliveryId));
  return problem
    ? data({ problem }, { status: 409 })
    : redirect(`/dashboard/${visit.store.id}/endpoints/${endpointId}/deliveries/${deliveryId}`, 303);
};

export default function DeliveryPage() {
  const { delivery, isDue, endpointId, storeId, timeZone, mayWrite } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  useReload(isDue);
  const { isTest, isDeleted, orderId, intentId } = delivery;
  const mayResend = mayWrite && !isDeleted && !isTest && delivery.body !== '';
  return (
    <div className="grid gap-5">
      <PageHeader
        title={isTest ? 'Test event' : `${eventLabel(delivery.eventType)}: order ${orderId ?? intentId}`}
        lead={<span className="font-mono text-sm break-all">{delivery.eventId}</span>}
        actions={
          mayResend ? (
            <Form method="post">
              <SubmitButton busyLabel="One moment…">Redeliver</SubmitButton>
            </Form>
          ) : null
        }
      />
      {response && 'problem' in response ? <Notice tone="bad">{response.problem.message}</Notice> : null}
      {needsLogIn(useActionResult()) ? <LogInAgain /> : null}
      <DeliveryLine delivery={delivery} timeZone={timeZone}>
        {isDeleted ? (
          <span className="text-ink-2">The endpoint was deleted.</span>
        ) : (
          <Link className="link" to={`/dashboard/${storeId}/endpoints/${endpointId}`}>
            To the endpoint
          </Link>
        )}
        {intentId ? (
          <Link className="link" to={`/dashboard/${storeId}/orders/${intentId}`}>
            To the order
          </Link>
        ) : null}
      </DeliveryLine>
      <h2 className="text-lg font-semibold">Attempts, newest first</h2>
      {delivery.attempts.length === 0 ? (
        <p className="text-sm text-ink-2">{isDue ? 'It is being sent. The response appears here.' : 'None yet.'}</p>
      ) : null}
      {delivery.attempts
        .map((attempt, index) => (
          <AttemptCard
            key={attempt.at}
            attempt={attempt}
            number={index + 1}
            timeZone={timeZone}
            debuggerUrl={urlWith(`/dashboard/${storeId}/debugger`, {
              endpoint: endpointId,
              delivery: delivery.id,
              attempt: String(index + 1),
            })}
          />
        ))
        .reverse()}
      <Card title="Body" lead="Every attempt sends the same bytes.">
        <RawText label="Text of the body" text={delivery.body} empty="Erased with old personal data." />
      </Card>
    </div>
  );
}
