// Webhook endpoints that the shop made over the API: where its additional events go, what was sent, and stopping them.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { Badge } from '#web/ui/badge.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { WebhookStateBadge } from '../parts/webhook-states.tsx';
import type { EndpointDeliveryView, EndpointView } from '../server/endpoints-types.ts';

export const meta = storeTitle('Webhook endpoints');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const { endpoints } = args.context.dashboard;
  const [list, deliveries] = await Promise.all([endpoints.list(store.id), endpoints.deliveries(store.id)]);
  return {
    list,
    deliveries,
    timeZone: store.timeZone,
    storeId: store.id,
    mayWrite,
  };
};

const endpointForms = pageForms(
  'endpoints',
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('stop'), endpoint: text }),
    z.object({ do: z.literal('start'), endpoint: text }),
    z.object({ do: z.literal('delete'), endpoint: text }),
  ]),
);

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.endpoints.who, write: true });
  const { endpoints } = args.context.dashboard;
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'endpoints', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, endpointForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const { do: what, endpoint } = submission.value;
  try {
    if (what === 'delete') await endpoints.remove(visit, endpoint);
    else await endpoints.setEnabled(visit, endpoint, what === 'start');
    return redirect(`/dashboard/${visit.store.id}/webhooks/endpoints`, 303);
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
};

export default function EndpointsPage() {
  const { list, deliveries, timeZone, storeId, mayWrite } = useLoaderData<typeof loader>();
  const result = useActionResult();
  const problem = problemIn(result);
  return (
    <div className="grid gap-5">
      <PageHeader
        title="Webhook endpoints"
        lead="Made over the API. Each gets the additional events that it asks for. Confirmed payments go to the store’s webhook URL only."
      />
      <p>
        <Link className="link" to={`/dashboard/${storeId}/webhooks`}>
          Webhooks of confirmed payments
        </Link>
      </p>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {needsLogIn(result) ? <LogInAgain /> : null}
      {list.map((endpoint) => (
        <EndpointCard
          key={endpoint.id}
          last={deliveries.find(({ endpointId, attempts }) => endpointId === endpoint.id && attempts > 0) ?? null}
          {...{ endpoint, timeZone, mayWrite }}
        />
      ))}
      {mayWrite || list.length === 0 ? null : (
        <ReadOnlyNotice>Owners and managers may stop and delete endpoints.</ReadOnlyNotice>
      )}
      <Card flush title="Newest deliveries">
        <DataTable
          stacked
          caption="Deliveries to webhook endpoints"
          columns={columns(timeZone, storeId)}
          rows={deliveries}
          rowKey={({ id }) => id}
          empty={
            list.length > 0 ? (
              <EmptyState title="Nothing was sent yet" />
            ) : (
              <EmptyState title="No endpoints yet">
                Your shop makes them with <code>POST /v1/webhook_endpoints</code>.{' '}
                <a className="link" href="/docs/webhooks#endpoints-for-more-events">
                  How to make one
                </a>
              </EmptyState>
            )
          }
        />
      </Card>
    </div>
  );
}

function EndpointCard({
  endpoint: { id, url, eventTypes, enabled, goneAt, createdAt },
  last,
  timeZone,
  mayWrite,
}: {
  endpoint: EndpointView;
  /** The newest delivery that was tried. */
  last: EndpointDeliveryView | null;
  timeZone: string;
  mayWrite: boolean;
}) {
  return (
    <Card title={new URL(url).host}>
      <div className="grid gap-3">
        <p className="font-mono text-sm break-all">{url}</p>
        <p className="wrap-anywhere">
          <Badge tone={enabled ? 'ok' : 'plain'}>{enabled ? 'On' : 'Stopped'}</Badge>{' '}
          <span className="text-ink-2">
            since <LocalTime iso={createdAt} timeZone={timeZone} />, {id}
          </span>
        </p>
        <p className="wrap-anywhere text-sm">{eventTypes.join(', ')}</p>
        {goneAt ? (
          <Notice tone="warn" title="Stopped by its receiver">
            It responded with 410 (“gone”): <LocalTime iso={goneAt} timeZone={timeZone} />.
          </Notice>
        ) : null}
        {enabled && (last?.state === 'pending' || last?.state === 'failed') ? (
          <Notice tone="warn" title="It fails">
            The newest delivery: {last.lastStatus === null ? last.lastError : `HTTP ${last.lastStatus}`}. Each event is
            tried again for three days.
          </Notice>
        ) : null}
        {mayWrite ? (
          <>
            <Form method="post">
              <input type="hidden" name="endpoint" value={id} />
              <SubmitButton name="do" value={enabled ? 'stop' : 'start'} busyLabel="One moment…">
                {enabled ? 'Stop' : 'Start'}
              </SubmitButton>
            </Form>
            <details>
              <Summary>
                Delete <span className="sr-only">{url}</span>
              </Summary>
              <Form method="post" className="mt-2 grid justify-items-start gap-3">
                <input type="hidden" name="endpoint" value={id} />
                <p className="text-sm">What waits for it is not sent any more. This cannot be undone.</p>
                <SubmitButton tone="danger" name="do" value="delete" busyLabel="Deleting…">
                  Delete now <span className="sr-only">{url}</span>
                </SubmitButton>
              </Form>
            </details>
          </>
        ) : null}
      </div>
    </Card>
  );
}

const columns = (timeZone: string, storeId: string): Column<EndpointDeliveryView>[] => [
  {
    key: 'time',
    header: 'Event',
    rowHeader: true,
    cell: ({ eventType, createdAt }) => (
      <span className="grid">
        <span className="wrap-anywhere md:whitespace-nowrap">{eventType}</span>
        <LocalTime iso={createdAt} timeZone={timeZone} />
      </span>
    ),
  },
  { key: 'state', header: 'State', cell: ({ state }) => <WebhookStateBadge state={state} /> },
  {
    key: 'order',
    header: 'Order',
    cell: ({ intentId, orderId }) => (
      <Link className="link wrap-anywhere" to={`/dashboard/${storeId}/orders/${intentId}`}>
        {orderId ?? intentId}
      </Link>
    ),
  },
  { key: 'to', header: 'To', cell: ({ url }) => <span className="wrap-anywhere">{url}</span> },
  { key: 'attempts', header: 'Attempts', align: 'end', cell: ({ attempts }) => attempts },
  {
    key: 'last',
    header: 'Last response',
    cell: ({ lastStatus, lastError }) => (
      <span className="wrap-anywhere">{lastStatus === null ? (lastError ?? 'not yet') : `HTTP ${lastStatus}`}</span>
    ),
  },
];
