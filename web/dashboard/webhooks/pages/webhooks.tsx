// Webhooks of the store: events with their last attempt, a test, and what failed sent again.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import { WEBHOOK_LABELS, WebhookStateBadge } from '../parts/webhook-states.tsx';
import type { WebhookRowView, WebhookStateName } from '../server/webhooks-types.ts';

export const meta: MetaFunction = () => [{ title: 'Webhooks' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, role, readOnly } = await requireMember(args);
  const { searchParams } = new URL(args.request.url);
  const [state, after] = [searchParams.get('state'), searchParams.get('after')];
  const { webhooks } = args.context.dashboard;
  const [receiver, page] = await Promise.all([webhooks.receiver(store.id), webhooks.list(store.id, state, after)]);
  return {
    receiver,
    ...page,
    state,
    isFirst: after === null,
    resent: searchParams.get('resent'),
    since: webhooks.resendFrom(store.timeZone, page.failed?.oldest ?? null),
    timeZone: store.timeZone,
    storeId: store.id,
    mayWrite: !readOnly && role !== 'viewer',
  };
};

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: 'manager', write: true });
  const { webhooks } = args.context.dashboard;
  const form = await args.request.formData();
  const here = `/dashboard/${visit.store.id}/webhooks`;
  const since = String(form.get('since') ?? '');
  try {
    switch (form.get('do')) {
      case 'test':
        return redirect(`${here}/${await webhooks.sendTest(visit)}`, 303);
      case 'resend-failed':
        return redirect(`${here}?resent=${await webhooks.resendFailed(visit, since)}`, 303);
      case 'enable':
        await webhooks.enable(visit);
        return redirect(here, 303);
      default:
        throw new Response('Bad request', { status: 400 });
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    return data({ failure: error.message, since }, { status: 409 });
  }
};

const TABS: readonly [WebhookStateName | null, string][] = [
  [null, 'All'],
  ['pending', WEBHOOK_LABELS.pending.message],
  ['delivered', WEBHOOK_LABELS.delivered.message],
  ['failed', WEBHOOK_LABELS.failed.message],
  ['disabled', WEBHOOK_LABELS.disabled.message],
];

export default function WebhooksPage() {
  const page = useLoaderData<typeof loader>();
  const { rows, counts, failed, state, older, isFirst, timeZone, storeId, mayWrite, receiver, resent } = page;
  const response = useActionData<typeof action>();
  const here = `/dashboard/${storeId}/webhooks`;
  const address = (parameters: Record<string, string | null>): string => {
    const set = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== null);
    return set.length > 0 ? `${here}?${new URLSearchParams(set)}` : here;
  };
  return (
    <div className="grid gap-5">
      <PageHeader
        title="Webhooks"
        lead="Every confirmed payment is posted to your shop, signed, for three days if need be."
      />
      {response ? <Notice tone="bad">{response.failure}</Notice> : null}
      {resent !== null ? (
        <Notice tone="ok" announced>
          {resent === '0'
            ? 'Nothing had failed since then.'
            : `${resent} ${resent === '1' ? 'is' : 'are'} being delivered again.`}
        </Notice>
      ) : null}
      <ReceiverCard receiver={receiver} storeId={storeId} timeZone={timeZone} mayWrite={mayWrite} />
      {mayWrite && failed ? (
        <ResendCard failed={failed} since={response?.since || page.since} timeZone={timeZone} />
      ) : null}
      <Tabs
        label="States"
        tabs={TABS.map(([name, label]) => ({
          to: address({ state: name }),
          label: name && counts[name] ? `${label} (${counts[name]})` : label,
          current: state === name,
        }))}
      />
      <Card flush>
        <DataTable
          stacked
          caption="Webhooks"
          columns={columnsOf(timeZone, here)}
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            state ? (
              <EmptyState title="None in this state" />
            ) : (
              <EmptyState title="No webhooks yet">The first one comes with the first confirmed payment.</EmptyState>
            )
          }
        />
      </Card>
      <Pager
        label="Webhooks"
        newer={isFirst ? null : address({ state })}
        older={older ? address({ state, after: older }) : null}
      />
    </div>
  );
}

const columnsOf = (timeZone: string, here: string): Column<WebhookRowView>[] => [
  {
    key: 'time',
    header: 'Event',
    rowHeader: true,
    cell: ({ id, createdAt }) => (
      <Link className="link" to={`${here}/${id}`}>
        <LocalTime iso={createdAt} timeZone={timeZone} />
      </Link>
    ),
  },
  { key: 'state', header: 'State', cell: ({ state }) => <WebhookStateBadge state={state} /> },
  {
    key: 'about',
    header: 'Order',
    cell: ({ isTest, orderId, intentId }) =>
      isTest ? <Badge>Test</Badge> : <span className="wrap-anywhere">{orderId ?? intentId}</span>,
  },
  { key: 'attempts', header: 'Attempts', align: 'end', cell: ({ attempts }) => attempts },
  {
    key: 'last',
    header: 'Last answer',
    cell: ({ last }) =>
      last ? (
        <span className="wrap-anywhere">
          {last.status === null ? last.error : `HTTP ${last.status}`}
          <span className="text-ink-2"> · {last.ms} ms</span>
        </span>
      ) : (
        <span className="text-ink-2">not yet</span>
      ),
  },
  {
    key: 'next',
    header: 'Next try',
    wideOnly: true,
    cell: ({ nextAttemptAt, state }) =>
      nextAttemptAt && state === 'pending' ? <LocalTime iso={nextAttemptAt} timeZone={timeZone} /> : '–',
  },
];

interface ResendCardProps {
  failed: { count: number; oldest: string };
  /** As the input takes it. */
  since: string;
  timeZone: string;
}

function ResendCard({ failed: { count, oldest }, since, timeZone }: ResendCardProps) {
  return (
    <Card
      title="Send again what failed"
      lead={
        <>
          {count === 1 ? 'One webhook' : `${count} webhooks`} did not arrive, the oldest of{' '}
          <LocalTime iso={oldest} timeZone={timeZone} />. At most a thousand go out at once, the oldest first.
        </>
      }
    >
      <Form method="post" className="flex flex-wrap items-end gap-3">
        <Field type="datetime-local" label={`Since (${timeZone})`} name="since" defaultValue={since} required />
        <SubmitButton name="do" value="resend-failed" busyLabel="One moment…">
          Send again
        </SubmitButton>
      </Form>
    </Card>
  );
}

interface ReceiverCardProps {
  receiver: { url: string | null; disabledAt: string | null };
  storeId: string;
  timeZone: string;
  mayWrite: boolean;
}

function ReceiverCard({ receiver: { url, disabledAt }, storeId, timeZone, mayWrite }: ReceiverCardProps) {
  const settings = `/dashboard/${storeId}/settings/connection`;
  if (!url) {
    return (
      <Notice tone="warn" title="No webhook address is set">
        Your shop is not told of payments.{' '}
        <Link className="link" to={settings}>
          Set the address
        </Link>
      </Notice>
    );
  }
  return (
    <Card title="Receiver" actions={<LinkButton to={settings}>{mayWrite ? 'Change' : 'Settings'}</LinkButton>}>
      <div className="grid gap-4">
        <p className="font-mono text-sm break-all">{url}</p>
        {disabledAt ? (
          <Notice tone="warn" title="Deliveries are switched off">
            The receiver answered 410 (“gone”): <LocalTime iso={disabledAt} timeZone={timeZone} />. Events wait as
            “switched off” and can be sent again.
          </Notice>
        ) : null}
        {mayWrite ? (
          <Form method="post">
            {disabledAt ? (
              <SubmitButton tone="primary" name="do" value="enable" busyLabel="One moment…">
                Enable again
              </SubmitButton>
            ) : (
              <SubmitButton name="do" value="test" busyLabel="Sending…">
                Send test event
              </SubmitButton>
            )}
          </Form>
        ) : (
          <ReadOnlyNotice>Owners and managers may send tests, and send again what failed.</ReadOnlyNotice>
        )}
      </div>
    </Card>
  );
}
