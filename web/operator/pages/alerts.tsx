// Alerts of the platform: what began and ended, who is told, and whether the messages left.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ALERT_PAGES } from '#domain/operator-alerts.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireOperator } from '#web/access/require-member.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { FormNotice } from '#web/dashboard/frame/form-notice.tsx';
import { Badge, type Tone } from '#web/ui/badge.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { countText } from '#web/ui/count-text.ts';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { CONSOLE_ZONE, DoneNotice } from '../parts/console-parts.tsx';
import type { AlertMessageView, AlertsView, AlertView } from '../server/operator-types.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  const { session } = await requireOperator(args);
  return await args.context.operator.alerts(session.userId);
};

const forms = pageForms(
  'alerts',
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('mails'), on: z.enum(['yes', 'no']) }),
    z.object({ do: z.literal('test') }),
  ]),
);

export const action = async (args: ActionFunctionArgs) => {
  const { session } = await requireOperator(args);
  const formData = await readForm(args.request);
  const old = oldLogInReply(session, formData, 'alerts', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, forms);
  if (submission.status !== 'success') return rejectForm(submission);
  const { operator } = args.context;
  if (submission.value.do === 'test') {
    await operator.sendTestAlert(session.email);
    return redirect('/operator/alerts?done=test');
  }
  await operator.setAlertEmails(session.userId, submission.value.on === 'yes');
  return redirect(`/operator/alerts?done=${submission.value.on === 'yes' ? 'on' : 'off'}`);
};

const DONE = {
  test: 'A test is on its way to you, and to the webhook if there is one.',
  on: 'Alerts are mailed to you.',
  off: 'Alerts are not mailed to you any more.',
};

export default function Alerts() {
  const { alerts, messages, people, isTold } = useLoaderData<typeof loader>() as AlertsView;
  return (
    <>
      <PageHeader
        title="Alerts"
        lead="Told once when it begins, once a day while it goes on, and once when it is over."
      />
      <DoneNotice messages={DONE} />
      <Card flush title="Alerts">
        <DataTable
          stacked
          caption="Alerts, open ones first"
          rows={alerts}
          rowKey={({ id }) => id}
          empty={<EmptyState title="Nothing is wrong">No alert has begun yet.</EmptyState>}
          columns={ALERT_COLUMNS}
        />
      </Card>
      <Card title="Who is told">
        <div className="grid gap-4">
          <ul className="grid gap-2">
            {people.map((person) => (
              <li key={person.email} className="flex flex-wrap items-center gap-2">
                <span className="wrap-anywhere">{person.email}</span>
                <Badge tone={person.isTold ? 'ok' : 'plain'}>{person.isTold ? 'E-mails on' : 'E-mails off'}</Badge>
              </li>
            ))}
          </ul>
          {people.some((person) => person.isTold) ? null : (
            <p>Nobody gets alerts by e-mail. Switch them on, or set a webhook.</p>
          )}
          <p className="text-sm text-ink-2">
            The webhook is a setting of the worker, <code>ALERT_WEBHOOK_URL</code>. It is called without Temporal and
            without e-mail.
          </p>
          <div className="flex flex-wrap gap-3">
            <Mails isTold={isTold} />
            <TestAlert />
          </div>
        </div>
      </Card>
      <Card flush title="Latest messages">
        <DataTable
          stacked
          caption="Latest messages of alerts"
          rows={messages}
          rowKey={({ id }) => id}
          empty={<EmptyState title="No message yet" />}
          columns={MESSAGE_COLUMNS}
        />
      </Card>
    </>
  );
}

function Mails({ isTold }: { isTold: boolean }) {
  const form = useActionForm();
  return (
    <Form method="post" {...form.props}>
      <input type="hidden" name="do" value="mails" />
      <input type="hidden" name="on" value={isTold ? 'no' : 'yes'} />
      <FormNotice form={form} />
      <SubmitButton busyLabel="One moment…">{isTold ? 'Stop e-mails to me' : 'E-mail alerts to me'}</SubmitButton>
    </Form>
  );
}

function TestAlert() {
  const form = useActionForm();
  return (
    <Form method="post" {...form.props}>
      <input type="hidden" name="do" value="test" />
      <FormNotice form={form} />
      <SubmitButton busyLabel="One moment…">Send a test</SubmitButton>
    </Form>
  );
}

const ALERT_COLUMNS: Column<AlertView>[] = [
  { key: 'what', header: 'Alert', rowHeader: true, cell: ({ text }) => text },
  {
    key: 'state',
    header: 'State',
    cell: ({ endedAt }) => <Badge tone={endedAt ? 'plain' : 'bad'}>{endedAt ? 'Over' : 'Open'}</Badge>,
  },
  { key: 'since', header: 'Since', cell: ({ since }) => <LocalTime iso={since} timeZone={CONSOLE_ZONE} /> },
  {
    key: 'ended',
    header: 'Ended',
    cell: ({ endedAt }) => (endedAt ? <LocalTime iso={endedAt} timeZone={CONSOLE_ZONE} /> : '–'),
  },
  {
    key: 'act',
    header: 'Act',
    cell: ({ kind, text }) => (
      <Link to={`/operator${ALERT_PAGES[kind]}`} className="button px-3 text-sm">
        Open<span className="sr-only">: {text}</span>
      </Link>
    ),
  },
];

const WEBHOOK: Readonly<Record<AlertMessageView['state'], { tone: Tone; label: string }>> = {
  pending: { tone: 'warn', label: 'Waiting' },
  sent: { tone: 'ok', label: 'Sent' },
  failed: { tone: 'bad', label: 'Given up' },
  unset: { tone: 'plain', label: 'No webhook' },
};

const MESSAGE_COLUMNS: Column<AlertMessageView>[] = [
  {
    key: 'at',
    header: 'Time',
    rowHeader: true,
    cell: ({ createdAt, isTest }) => (
      <span className="flex flex-wrap items-center gap-2">
        <LocalTime iso={createdAt} timeZone={CONSOLE_ZONE} />
        {isTest ? <Badge tone="plain">Test</Badge> : null}
      </span>
    ),
  },
  { key: 'mails', header: 'E-mails', cell: ({ emails }) => String(emails) },
  {
    key: 'webhook',
    header: 'Webhook',
    cell: ({ state, attempts, lastError }) => (
      <span className="grid justify-items-start gap-1 max-md:justify-items-end">
        <Badge tone={WEBHOOK[state].tone}>{WEBHOOK[state].label}</Badge>
        {lastError ? (
          <span className="text-sm text-ink-2 wrap-anywhere">
            {lastError} ({countText(attempts, 'attempt')})
          </span>
        ) : null}
      </span>
    ),
  },
];
