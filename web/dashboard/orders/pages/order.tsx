// One order: facts and payment on the left; actions and the timeline on the right.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { useLoaderData, useSearchParams } from '@remix-run/react';
import { z } from 'zod';
import { allChains } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import { formProblem } from '#web/access/form-error.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import { needsLogIn, problemIn, submitted, useActionResult } from '#web/access/use-action-form.ts';
import { REFUNDED_LABELS } from '#web/text/refund-states.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { LiveNotice } from '#web/ui/live-notice.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import { LogInAgain, LogInAgainOnRequest } from '../../frame/log-in-again.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { NoteCard, OrderActions } from '../parts/order-actions.tsx';
import { OrderChangedNotice } from '../parts/order-changed-notice.tsx';
import { OrderFacts } from '../parts/order-facts.tsx';
import { OrderRefunds } from '../parts/order-refunds.tsx';
import { OrderTimeline } from '../parts/order-timeline.tsx';
import { OrderTransfers } from '../parts/order-transfers.tsx';
import { SimulateCard } from '../parts/simulate-card.tsx';
import { StrayCard, StraySearchCard } from '../parts/stray-card.tsx';
import { useOrderChanges } from '../parts/use-order-changes.ts';

export const meta = storeTitle<typeof loader>(
  (page) => `Order ${page?.order.line.orderId ?? page?.order.line.id ?? ''}`,
);

const ENDED = ['CONFIRMED', 'TIMEOUT', 'CANCELED', 'UNDERPAID', 'REJECTED', 'FAILED'];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, role, readOnly, mayWrite, session } = await requireMember(args);
  const { context, params } = args;
  const readAt = Math.floor(Date.now() / 1000);
  const order = await context.dashboard.orders.order(store.id, params.id ?? '');
  if (!order) throw new Response('Not found', { status: 404 });
  const { searchParams } = new URL(args.request.url);
  const mayRefund = !readOnly && role === 'owner';
  if (mayRefund && searchParams.has('release')) await context.spendChainRead(session.userId);
  const release = mayRefund ? await context.dashboard.orders.strayRelease(store.id, order.line.id, searchParams) : null;
  if (release && !release.problem && !release.order) {
    for (const [name, value] of Object.entries(context.dashboard.orders.newReleaseOrder()))
      searchParams.set(name, value);
    throw redirect(`/dashboard/${store.id}/orders/${order.line.id}?${searchParams}`);
  }
  const networks = allChains().map(({ name }) => name);
  return {
    order,
    readAt,
    /** Of a search: networks that did not respond. From the URL, so only names that exist. */
    silent: searchParams.getAll('silent').filter((name) => networks.includes(name)),
    release,
    wallets: mayRefund && order.strays.length > 0 ? context.dashboard.refund.wallets : null,
    storeBase: `/dashboard/${store.id}`,
    timeZone: store.timeZone,
    mayAct: mayWrite,
    mayRefund,
    scenarios: mayWrite ? context.dashboard.orders.scenarios(store) : [],
    /** The workflow's history, for operators of the platform. */
    workflowUrl:
      session.role === 'operator' ? await context.operator.orderWorkflowUrl(order.line.id as IntentId) : null,
    changing:
      !ENDED.includes(order.statusName) || order.paysOut || order.webhooks.some(({ state }) => state === 'pending'),
  };
};

/** A colleague, or an operator, may have decided it meanwhile. */
export const shouldRevalidate = readAgain;

const orderForms = pageForms(
  'order',
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('note'), text }),
    // `subject` is the webhook or the review.
    z.object({ do: z.literal('redeliver'), subject: text }),
    z.object({ do: z.literal('accepted'), subject: text, reason: text }),
    z.object({ do: z.literal('closed'), subject: text, reason: text }),
    z.object({ do: z.literal('search') }),
    // `subject` is the scenario.
    z.object({ do: z.literal('simulate'), subject: text }),
    // `subject` is the stray money.
    z.object({ do: z.literal('released'), subject: text, reason: text }),
    z.object({ do: z.literal('left'), subject: text, reason: text }),
  ]),
);

/** What the form was about is no longer open. */
const DECIDED_MEANWHILE = {
  code: 'decided_meanwhile',
  field: null,
  message: 'This was decided in the meantime, or no longer exists. The page shows the current state.',
};

export const action = async (args: ActionFunctionArgs) => {
  const { store, actor, session } = await requireMember(args, { atLeast: DOORS.order.who, write: true });
  const { orders } = args.context.dashboard;
  const id = args.params.id ?? '';
  const order = await orders.order(store.id, id);
  if (!order) throw new Response('Not found', { status: 404 });
  const formData = await readForm(args.request);
  const old = oldLogInReply(session, formData, 'order', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, orderForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const form = submission.value;
  try {
    if (form.do === 'note') {
      await orders.addNote(store.id, id, { text: form.text, actor });
    } else if (form.do === 'redeliver') {
      if (!order.webhooks.some((webhook) => webhook.id === form.subject))
        return rejectForm(submission, DECIDED_MEANWHILE);
      await orders.redeliver(store.id, form.subject, actor);
    } else if (form.do === 'simulate') {
      await orders.simulate(store.id, id, form.subject);
      return redirect(
        `/dashboard/${store.id}/orders/${id}?${new URLSearchParams({ done: form.do, scenario: form.subject })}`,
        303,
      );
    } else if (form.do === 'search') {
      await args.context.spendChainRead(session.userId);
      const result = await orders.searchStray(store.id, id);
      const query = new URLSearchParams({ done: form.do });
      for (const name of result?.silent ?? []) query.append('silent', name);
      if (result && result.found.length > 0) query.set('found', String(result.found.length));
      return redirect(`/dashboard/${store.id}/orders/${id}?${query}`, 303);
    } else if (form.do === 'released' || form.do === 'left') {
      const outcome = form.do === 'released' ? 'released' : 'closed';
      await orders.decideStray(store.id, { strayId: form.subject, outcome, reason: form.reason, actor });
    } else {
      const { do: outcome, subject: reviewItemId, reason } = form;
      if (!order.reviews.some((review) => review.id === reviewItemId)) return rejectForm(submission, DECIDED_MEANWHILE);
      await orders.decide(store.id, { reviewItemId, outcome, reason, actor });
    }
  } catch (error) {
    return rejectForm(submission, formProblem(error));
  }
  return redirect(`/dashboard/${store.id}/orders/${id}?done=${form.do}`, 303);
};

/** What the search found; null when none was made. */
const searchResult = (parameters: URLSearchParams, silent: readonly string[]): string | null => {
  if (parameters.get('done') !== 'search') return null;
  const found = parameters.has('found') ? 'Found: it is listed above.' : 'No other money was found.';
  return silent.length > 0
    ? `${found} ${new Intl.ListFormat('en').format(silent)} did not respond: try again in a minute.`
    : found;
};

export default function OrderPage() {
  const {
    order,
    readAt,
    silent,
    release,
    wallets,
    storeBase,
    timeZone,
    mayAct,
    mayRefund,
    scenarios,
    workflowUrl,
    changing,
  } = useLoaderData<typeof loader>();
  const result = useActionResult();
  const [parameters] = useSearchParams();
  const { line } = order;
  const live = useOrderChanges(`${storeBase}/orders/${line.id}/changes`, { mark: order.mark, readAt }, changing);
  const subject = submitted(result, 'subject');
  // The form that was sent shows its problem, if it is still on the page.
  const isShown =
    subject === '' || [...order.reviews, ...order.strays, ...order.webhooks].some(({ id }) => id === subject);
  const problem = isShown ? null : problemIn(result);
  return (
    <>
      <PageHeader
        title={`Order ${line.orderId ?? line.id}`}
        lead={
          <span role="status" className="flex flex-wrap gap-1">
            <StatusBadge status={order.statusName} />
            {line.refunded ? <Badge>{REFUNDED_LABELS[line.refunded]}</Badge> : null}
          </span>
        }
        actions={
          <>
            <LinkButton to={`/checkout/${line.id}`} reloadDocument>
              Checkout page
            </LinkButton>
            {workflowUrl ? (
              <a className="button px-3 text-sm" href={workflowUrl} rel="noreferrer" target="_blank">
                Workflow history
              </a>
            ) : null}
          </>
        }
      />
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {needsLogIn(result) ? <LogInAgain /> : null}
      {wallets ? <LogInAgainOnRequest /> : null}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] lg:grid-rows-[auto_1fr]">
        {/* What can be done comes first, also where there is one column. */}
        <div className="grid min-w-0 gap-5 empty:hidden lg:col-start-2">
          {order.strays.map((stray) => (
            <StrayCard
              key={stray.id}
              {...{ stray, mayAct, timeZone }}
              wallet={wallets && { access: wallets, url: `${storeBase}/orders/${line.id}/send-back/wallet` }}
              release={release?.strayId === stray.id ? release : null}
            />
          ))}
          {scenarios.length > 0 ? <SimulateCard scenarios={scenarios} started={parameters.get('scenario')} /> : null}
          <OrderActions {...{ order, storeBase, mayAct, mayRefund }} base={`${storeBase}/orders/${line.id}`} />
        </div>
        <div className="grid min-w-0 gap-5 lg:col-start-1 lg:row-span-2 lg:row-start-1">
          <OrderFacts order={order} timeZone={timeZone} sourceBase={storeBase} />
          <OrderRefunds refunds={order.refunds} timeZone={timeZone} />
          <OrderTransfers transfers={order.transfers} timeZone={timeZone} />
        </div>
        <div className="grid min-w-0 gap-5 lg:col-start-2">
          <Card title="Timeline">
            <OrderTimeline entries={order.timeline} timeZone={timeZone} />
          </Card>
          {mayAct ? <NoteCard /> : null}
          {mayAct ? <StraySearchCard result={searchResult(parameters, silent)} /> : null}
        </div>
      </div>
      <LiveNotice trouble={live.trouble} readAt={live.readAt} timeZone={timeZone}>
        {live.held ? <OrderChangedNotice show={live.show} /> : null}
      </LiveNotice>
    </>
  );
}
