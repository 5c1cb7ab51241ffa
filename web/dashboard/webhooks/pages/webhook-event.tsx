// One webhook: what was sent, every attempt with what came back, and sending it again. While it is under way the page keeps looking.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';
import { requireMember } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { sentence } from '#web/ui/sentence.ts';
import { Summary } from '#web/ui/summary.tsx';
import { HeaderList, RawText } from '../../developers/parts/raw-text.tsx';
import { WebhookStateBadge } from '../parts/webhook-states.tsx';
import type { WebhookAttemptView } from '../server/webhooks-types.ts';

export const meta: MetaFunction = () => [{ title: 'Webhook' }];

/** An attempt that is due within this time is waited for. */
const SOON_MS = 60_000;
const LOOK_AGAIN_MS = 1_500;

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, role, readOnly } = await requireMember(args);
  const event = await args.context.dashboard.webhooks.event(store.id, args.params.eventId ?? '');
  if (!event) throw new Response('Not found', { status: 404 });
  const dueAt = event.nextAttemptAt ? Date.parse(event.nextAttemptAt) : 0;
  return {
    event,
    underWay: event.state === 'pending' && dueAt < Date.now() + SOON_MS,
    timeZone: store.timeZone,
    storeId: store.id,
    mayWrite: !readOnly && role !== 'viewer',
  };
};

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: 'manager', write: true });
  const eventId = args.params.eventId ?? '';
  try {
    await args.context.dashboard.webhooks.resend(visit, eventId);
    return redirect(`/dashboard/${visit.store.id}/webhooks/${eventId}`, 303);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    return data({ failure: error.message }, { status: 409 });
  }
};

export default function WebhookPage() {
  const { event, underWay, timeZone, storeId, mayWrite } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  useLookAgain(underWay);
  return (
    <div className="grid gap-5">
      <PageHeader
        title={event.isTest ? 'Test event' : `Webhook of order ${event.orderId ?? event.intentId}`}
        lead={<span className="font-mono text-sm">{event.id}</span>}
        actions={
          mayWrite ? (
            <Form method="post">
              <SubmitButton busyLabel="One moment…">Send again</SubmitButton>
            </Form>
          ) : null
        }
      />
      {response ? <Notice tone="bad">{response.failure}</Notice> : null}
      <Card>
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2 text-sm">
          <span role="status">
            <WebhookStateBadge state={event.state} />
          </span>
          <span>{event.eventType}</span>
          <span>
            made <LocalTime iso={event.createdAt} timeZone={timeZone} precision="second" />
          </span>
          {event.state === 'pending' && event.nextAttemptAt ? (
            <span>
              next try <LocalTime iso={event.nextAttemptAt} timeZone={timeZone} precision="second" />
            </span>
          ) : null}
          {event.intentId ? (
            <Link className="link" to={`/dashboard/${storeId}/orders/${event.intentId}`}>
              The order
            </Link>
          ) : null}
        </div>
      </Card>
      <Card title="Body" lead="The same bytes in every attempt.">
        <RawText label="Text of the body" text={event.body} empty="" />
      </Card>
      <h2 className="text-lg font-semibold">Attempts, the last one first</h2>
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

interface AttemptCardProps {
  attempt: WebhookAttemptView;
  number: number;
  timeZone: string;
  debuggerUrl: string;
}

function AttemptCard({ attempt, number, timeZone, debuggerUrl }: AttemptCardProps) {
  const { at, url, ms, status, error, headers, response: answer } = attempt;
  return (
    <Card title={`Attempt ${number}`} actions={<LinkButton to={debuggerUrl}>Check its signature</LinkButton>}>
      <div className="grid gap-4">
        <p className="flex flex-wrap items-center gap-x-5 gap-y-2 text-sm">
          <Badge tone={error ? 'bad' : 'ok'}>{status === null ? 'No answer' : `HTTP ${status}`}</Badge>
          <LocalTime iso={at} timeZone={timeZone} precision="second" />
          <span>{ms} ms</span>
          <span className="font-mono break-all">{url}</span>
        </p>
        {error ? <p className="text-sm font-semibold text-bad">{sentence(error)}</p> : null}
        {headers.length > 0 ? (
          <details>
            <Summary>Headers as sent</Summary>
            <HeaderList headers={headers} />
          </details>
        ) : null}
        {answer !== null ? (
          <RawText label={`Answer to attempt ${number}`} text={answer} empty="The answer had no body." />
        ) : null}
      </div>
    </Card>
  );
}

/** Reads the page again while something is about to happen. */
const useLookAgain = (underWay: boolean): void => {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (!underWay || state !== 'idle') return;
    const timer = setTimeout(revalidate, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [underWay, state, revalidate]);
};
