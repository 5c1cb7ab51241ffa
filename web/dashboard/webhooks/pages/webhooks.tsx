// The store's webhook log: events with their last attempt, a test event, and sending failed ones again. With `endpoint` in its URL it
// lists deliveries to one endpoint, or to all, in place of those to the webhook URL.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { isIdOf } from '#domain/ids.ts';
import { DELIVERY_STATES, type DeliveryState } from '#domain/webhook-response.ts';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, problemIn, submitted, useActionResult } from '#web/access/use-action-form.ts';
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { Pager } from '#web/ui/pager.tsx';
import { Tabs } from '#web/ui/tabs.tsx';
import { UnknownNotice } from '#web/ui/unknown-notice.tsx';
import { oneOf, type Takes, unknownParts, wholeNumber } from '#web/ui/unknown-parts.ts';
import { urlWith } from '#web/ui/url-with.ts';
import { deliveryColumns } from '../../endpoints/parts/delivery-columns.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { ReceiverCard } from '../parts/receiver-card.tsx';
import { ALL, ReceiverFilter } from '../parts/receiver-filter.tsx';
import { ResendCard } from '../parts/resend-card.tsx';
import { webhookColumns } from '../parts/webhook-columns.tsx';
import { WEBHOOK_LABELS } from '../parts/webhook-states.tsx';
import type { WebhookPage } from '../server/webhooks-types.ts';

export const meta = storeTitle('Webhooks');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, mayWrite } = await requireMember(args);
  const { searchParams } = new URL(args.request.url);
  const state = DELIVERY_STATES.find((name) => name === searchParams.get('state')) ?? null;
  const [after, resent] = [searchParams.get('after'), searchParams.get('resent')];
  const { webhooks, endpoints } = args.context.dashboard;
  const names = await endpoints.names(store.id);
  const unknown = unknownParts(searchParams, { ...TAKES, endpoint: oneOf([ALL, ...names.map(({ id }) => id)]) });
  const wanted = searchParams.get('endpoint');
  const endpoint = wanted === ALL || names.some(({ id }) => id === wanted) ? wanted : null;
  const [receiver, page, sent] = await Promise.all([
    webhooks.receiver(store.id),
    endpoint === null ? webhooks.list(store.id, state, after) : NO_WEBHOOKS,
    endpoint && endpoints.deliveries(store.id, endpoint === ALL ? null : endpoint, state, after),
  ]);
  return {
    ...{ receiver, names, endpoint },
    ...page,
    ...(sent ? { sent: sent.rows, older: sent.older } : { sent: null }),
    ...{ state, unknown },
    isFirst: after === null,
    resent: resent !== null && wholeNumber(resent) ? resent : null,
    since: webhooks.resendFrom(store.timeZone, page.failed?.oldest ?? null),
    timeZone: store.timeZone,
    storeId: store.id,
    mayWrite,
  };
};

const NO_WEBHOOKS: WebhookPage = { rows: [], older: null, counts: {}, failed: null };

const TAKES: Takes = {
  state: oneOf(DELIVERY_STATES),
  after: (value) => isIdOf('evt', value) || isIdOf('whd', value),
  resent: wholeNumber,
};

/** A colleague may have delivered them again meanwhile. */
export const shouldRevalidate = readAgain;

const webhookForms = pageForms(
  'webhooks',
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('test') }),
    z.object({ do: z.literal('resend-failed'), since: text }),
    z.object({ do: z.literal('enable') }),
  ]),
);

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.webhooks.who, write: true });
  const { webhooks } = args.context.dashboard;
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'webhooks', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, webhookForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const form = submission.value;
  const here = `/dashboard/${visit.store.id}/webhooks`;
  try {
    switch (form.do) {
      case 'test':
        return redirect(`${here}/${await webhooks.sendTest(visit)}`, 303);
      case 'resend-failed':
        return redirect(`${here}?resent=${await webhooks.resendFailed(visit, form.since)}`, 303);
      case 'enable':
        await webhooks.enable(visit);
        return redirect(here, 303);
    }
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
};

const TABS: readonly [DeliveryState | null, string][] = [
  [null, 'All'],
  ...DELIVERY_STATES.map((state): [DeliveryState, string] => [state, WEBHOOK_LABELS[state].label]),
];

export default function WebhooksPage() {
  const page = useLoaderData<typeof loader>();
  const { counts, failed, state, older, isFirst, timeZone, storeId, mayWrite, receiver, resent } = page;
  const { names, endpoint } = page;
  const result = useActionResult();
  // The form of failed webhooks shows its own problems.
  const problem = submitted(result, 'do') === 'resend-failed' ? null : problemIn(result);
  const here = `/dashboard/${storeId}/webhooks`;
  const urlOf = (parameters: Record<string, string | null>): string => urlWith(here, { endpoint, ...parameters });
  return (
    <div className="grid gap-5">
      <PageHeader
        title="Webhooks"
        lead="Every confirmed payment is posted to your shop, signed. Failed deliveries are retried for three days."
      />
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {needsLogIn(result) ? <LogInAgain /> : null}
      {resent !== null ? (
        <Notice tone="ok" announced>
          {resent === '0'
            ? 'No webhook has failed since then.'
            : `${resent} ${resent === '1' ? 'is' : 'are'} being delivered again.`}
        </Notice>
      ) : null}
      <p>
        <Link className="link" to={`/dashboard/${storeId}/endpoints`}>
          Webhook endpoints
        </Link>{' '}
        <span className="text-ink-2">get additional events, such as late money, with a secret of their own.</span>
      </p>
      {endpoint === null ? (
        <ReceiverCard receiver={receiver} storeId={storeId} timeZone={timeZone} mayWrite={mayWrite} />
      ) : null}
      {mayWrite && failed && receiver.url ? (
        <ResendCard failed={failed} since={page.since} timeZone={timeZone} />
      ) : null}
      <UnknownNotice unknown={page.unknown} base={here} rows="webhooks" />
      {names.length > 0 ? <ReceiverFilter names={names} endpoint={endpoint} state={state} /> : null}
      <Tabs
        label="States"
        tabs={TABS.map(([name, label]) => ({
          to: urlOf({ state: name }),
          label: name && counts[name] ? `${label} (${counts[name]})` : label,
          current: state === name,
        }))}
      />
      <Card flush>
        <WebhookTable here={here} />
      </Card>
      <Pager
        label="Webhooks"
        newer={isFirst ? null : urlOf({ state })}
        older={older ? urlOf({ state, after: older }) : null}
      />
    </div>
  );
}

/** Of the webhook URL, or of the endpoint that was chosen. */
function WebhookTable({ here }: { here: string }) {
  const { rows, sent, state, endpoint, storeId, timeZone } = useLoaderData<typeof loader>();
  const table = { stacked: true, caption: 'Webhooks', rowKey: ({ id }: { id: string }) => id };
  const none = state ? <EmptyState title="None in this state" /> : null;
  return sent ? (
    <DataTable
      {...table}
      columns={deliveryColumns(timeZone, storeId, endpoint === ALL)}
      rows={sent}
      empty={none ?? <EmptyState title="Nothing was sent yet" />}
    />
  ) : (
    <DataTable
      {...table}
      columns={webhookColumns(timeZone, here)}
      rows={rows}
      empty={
        none ?? <EmptyState title="No webhooks yet">The first one comes with the first confirmed payment.</EmptyState>
      }
    />
  );
}
