// One webhook endpoint: how it does, a test event, pausing it, and what was sent there.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Form, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { isIdOf } from '#domain/ids.ts';
import { DELIVERY_STATES, type DeliveryState } from '#domain/webhook-response.ts';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { eventLabel } from '#web/text/event-labels.ts';
import { LinkButton, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { anyText, oneOf, type Takes, unknownParts } from '#web/ui/unknown-parts.ts';
import { urlWith } from '#web/ui/url-with.ts';
import { DeveloperTabs } from '../../developers/parts/developer-tabs.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { receiverMessage } from '../../settings/parts/receiver-answer.tsx';
import { WEBHOOK_LABELS } from '../../webhooks/parts/webhook-states.tsx';
import { deliveryColumns } from '../parts/delivery-columns.tsx';
import { LastDelivery, ReceiverStateBadge } from '../parts/receiver-state.tsx';

export const meta = storeTitle('Webhook endpoint');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const { endpoints } = args.context.dashboard;
  const endpoint = await endpoints.endpoint(store.id, args.params.endpointId ?? '');
  if (!endpoint) throw new Response('Not found', { status: 404 });
  const { searchParams } = new URL(args.request.url);
  const state = DELIVERY_STATES.find((name) => name === searchParams.get('state')) ?? null;
  const after = searchParams.get('after');
  return {
    endpoint,
    ...(await endpoints.deliveries(store.id, endpoint.id, state, after)),
    state,
    unknown: unknownParts(searchParams, TAKES),
    isFirst: after === null,
    saved: searchParams.has('saved'),
    receiver: searchParams.get('receiver'),
    storeId: store.id,
    timeZone: store.timeZone,
    mayWrite,
  };
};

/** A colleague may have paused or deleted it meanwhile. */
export const shouldRevalidate = readAgain;

const TAKES: Takes = {
  state: oneOf(DELIVERY_STATES),
  after: (value) => isIdOf('whd', value),
  saved: anyText,
  receiver: (value) => receiverMessage(value) !== null,
};

const endpointForms = pageForms(
  'endpoints',
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('test') }),
    z.object({ do: z.literal('stop') }),
    z.object({ do: z.literal('start') }),
  ]),
);

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.endpoints.who, write: true });
  const { endpoints } = args.context.dashboard;
  const id = args.params.endpointId ?? '';
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'endpoints', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, endpointForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const here = `/dashboard/${visit.store.id}/endpoints/${id}`;
  try {
    if (submission.value.do === 'test') {
      return redirect(`${here}/deliveries/${await endpoints.sendTest(visit, id)}`, 303);
    }
    await endpoints.setEnabled(visit, id, submission.value.do === 'start');
    return redirect(here, 303);
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
};

const TABS: readonly [DeliveryState | null, string][] = [
  [null, 'All'],
  ...DELIVERY_STATES.map((name): [DeliveryState, string] => [name, WEBHOOK_LABELS[name].label]),
];

export default function EndpointPage() {
  const page = useLoaderData<typeof loader>();
  const { endpoint, rows, older, state, isFirst, saved, receiver, storeId, timeZone, mayWrite } = page;
  const result = useActionResult();
  const problem = problemIn(result);
  const here = `/dashboard/${storeId}/endpoints/${endpoint.id}`;
  const urlOf = (parameters: Record<string, string | null>): string => urlWith(here, parameters);
  const message = receiverMessage(receiver);
  return (
    <div className="grid gap-5">
      <PageHeader
        title={endpoint.description ?? new URL(endpoint.url).host}
        lead={<span className="font-mono text-sm break-all">{endpoint.url}</span>}
        actions={mayWrite ? <EndpointActions enabled={endpoint.enabled} settings={`${here}/settings`} /> : null}
      />
      <DeveloperTabs />
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {needsLogIn(result) ? <LogInAgain /> : null}
      {saved && !result ? <Notice tone="ok" announced title="Saved" /> : null}
      {message && !result ? (
        <Notice tone={message.tone} announced title={message.title}>
          {message.text}
        </Notice>
      ) : null}
      {endpoint.goneAt ? (
        <Notice tone="warn" title="Stopped by its receiver">
          It responded with 410 (“gone”): <LocalTime iso={endpoint.goneAt} timeZone={timeZone} />. Resume it when the
          receiver takes events again.
        </Notice>
      ) : null}
      {mayWrite ? null : <ReadOnlyNotice>Owners and managers may test, change and pause endpoints.</ReadOnlyNotice>}
      <EndpointFacts />
      <UnknownNotice unknown={page.unknown} base={here} rows="deliveries" />
      <h2 className="text-lg font-semibold">Deliveries</h2>
      <Tabs
        label="States"
        tabs={TABS.map(([name, label]) => ({ to: urlOf({ state: name }), label, current: state === name }))}
      />
      <Card flush>
        <DataTable
          stacked
          caption="Deliveries to this endpoint"
          columns={deliveryColumns(timeZone, storeId, false)}
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            state ? (
              <EmptyState title="None in this state" />
            ) : (
              <EmptyState title="Nothing was sent yet">
                The first event comes with an order that causes it. A test event comes at once.
              </EmptyState>
            )
          }
        />
      </Card>
      <Pager
        label="Deliveries"
        newer={isFirst ? null : urlOf({ state })}
        older={older ? urlOf({ state, after: older }) : null}
      />
    </div>
  );
}

function EndpointActions({ enabled, settings }: { enabled: boolean; settings: string }) {
  return (
    <>
      <Form method="post" className="flex flex-wrap gap-2">
        <SubmitButton tone="primary" name="do" value="test" busyLabel="Sending…">
          Send test event
        </SubmitButton>
        <SubmitButton name="do" value={enabled ? 'stop' : 'start'} busyLabel="One moment…">
          {enabled ? 'Pause' : 'Resume'}
        </SubmitButton>
      </Form>
      <LinkButton to={settings}>Change or delete</LinkButton>
    </>
  );
}

function EndpointFacts() {
  const { endpoint, timeZone, storeId, mayWrite } = useLoaderData<typeof loader>();
  const { id, eventTypes, createdAt, nextSecretAt, health, enabled } = endpoint;
  return (
    <Card>
      <Facts
        rows={[
          { label: 'State', value: <ReceiverStateBadge {...endpoint} /> },
          ...(enabled ? [] : [{ label: 'Paused', value: 'Events of this time are not sent later. Tests are.' }]),
          { label: 'Events', value: eventTypes.map(eventLabel).join(', ') },
          { label: 'Last delivery', value: <LastDelivery health={health} timeZone={timeZone} /> },
          {
            label: 'Secret',
            value: nextSecretAt ? (
              <>
                a renewed one signs from <LocalTime iso={nextSecretAt} timeZone={timeZone} />
              </>
            ) : (
              'shown once, when it was made'
            ),
          },
          { label: 'Added', value: <LocalTime iso={createdAt} timeZone={timeZone} /> },
          { label: 'Id (X-API-Key)', value: <span className="font-mono break-all">{id}</span> },
        ]}
      />
      {mayWrite ? (
        <p className="mt-4 text-sm">
          <LinkButton to={`/dashboard/${storeId}/endpoints/${id}/settings#secret`}>
            {nextSecretAt ? 'Use, discard or renew the secret' : 'Renew the secret'}
          </LinkButton>
        </p>
      ) : null}
    </Card>
  );
}
