// One order: facts and payment on the left, everything that happened on the right, and what can be done about it.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { Button, LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { LiveNotice } from '#web/ui/live-notice.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { StatusBadge } from '#web/ui/status-badge.tsx';
import { OrderActions, type Rejected } from '../parts/order-actions.tsx';
import { OrderFacts } from '../parts/order-facts.tsx';
import { OrderTimeline } from '../parts/order-timeline.tsx';
import { OrderTransfers } from '../parts/order-transfers.tsx';
import { useOrderChanges } from '../parts/use-order-changes.ts';

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: `Order ${page?.order.line.orderId ?? page?.order.line.id ?? ''}` },
];

const ENDED = ['CONFIRMED', 'TIMEOUT', 'CANCELED', 'UNDERPAID', 'REJECTED', 'FAILED'];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, role, readOnly, session } = await requireMember(args);
  const { context, params } = args;
  const readAt = Math.floor(Date.now() / 1000);
  const order = await context.dashboard.orders.order(store.id, params.id ?? '');
  if (!order) throw new Response('Not found', { status: 404 });
  return {
    order,
    readAt,
    storeBase: `/dashboard/${store.id}`,
    timeZone: store.timeZone,
    mayAct: !readOnly && role !== 'viewer',
    mayRefund: !readOnly && role === 'owner',
    /** The workflow's history, for operators of the platform. */
    workflowUrl: session.role === 'operator' ? context.operator.workflowUrl(order.line.id) : null,
    moves:
      !ENDED.includes(order.statusName) || order.paysOut || order.webhooks.some(({ state }) => state === 'pending'),
  };
};

export const action = async (args: ActionFunctionArgs) => {
  const { store, actor } = await requireMember(args, { atLeast: 'manager', write: true });
  const { orders } = args.context.dashboard;
  const id = args.params.id ?? '';
  const order = await orders.order(store.id, id);
  if (!order) throw new Response('Not found', { status: 404 });
  const form = await args.request.formData();
  const field = (name: string): string => String(form.get(name) ?? '');
  const act = field('do');
  const about = act === 'redeliver' ? field('webhook') : field('review');
  const typed = act === 'note' ? field('text') : field('reason');
  try {
    if (act === 'note') {
      await orders.addNote(store.id, id, { text: typed, actor });
    } else if (act === 'redeliver' && order.webhooks.some((webhook) => webhook.id === about)) {
      await orders.redeliver(store.id, about, actor);
    } else if ((act === 'accepted' || act === 'closed') && order.reviews.some((review) => review.id === about)) {
      await orders.decide(store.id, { reviewItemId: about, outcome: act, reason: typed, actor });
    } else {
      const message = 'This was decided meanwhile, or is not there any more. The page shows what stands now.';
      return data<Rejected>({ act, about, typed, message }, { status: 409 });
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    return data<Rejected>({ act, about, typed, message: error.message.replace(/^reason: /, '') }, { status: 409 });
  }
  return redirect(`/dashboard/${store.id}/orders/${id}?done=${act}`, 303);
};

export default function OrderPage() {
  const { order, readAt, storeBase, timeZone, mayAct, mayRefund, workflowUrl, moves } = useLoaderData<typeof loader>();
  const rejected = useActionData<typeof action>() ?? null;
  const { line } = order;
  const live = useOrderChanges(`${storeBase}/orders/${line.id}/changes`, { mark: order.mark, readAt }, moves);
  const isShown = (about: string): boolean =>
    [...order.reviews, ...order.webhooks].some(({ id }) => id === about) || rejected?.act === 'note';
  return (
    <>
      <PageHeader
        title={`Order ${line.orderId ?? line.id}`}
        lead={
          <span role="status">
            <StatusBadge status={order.statusName} />
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
      {rejected && !isShown(rejected.about) ? <Notice tone="bad">{rejected.message}</Notice> : null}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-5">
          <OrderFacts order={order} timeZone={timeZone} />
          <OrderTransfers transfers={order.transfers} timeZone={timeZone} />
        </div>
        <div className="grid min-w-0 gap-5">
          <OrderActions
            {...{ order, storeBase, mayAct, mayRefund, rejected }}
            base={`${storeBase}/orders/${line.id}`}
          />
          <Card title="Timeline">
            <OrderTimeline entries={order.timeline} timeZone={timeZone} />
          </Card>
        </div>
      </div>
      <LiveNotice trouble={live.trouble} readAt={live.readAt} timeZone={timeZone}>
        {live.held ? (
          <Notice title="This order has changed">
            <span className="flex flex-wrap items-center gap-3">
              It is shown when you have done what you are at; what you type stays.
              <Button onClick={live.show}>Show it now</Button>
            </span>
          </Notice>
        ) : null}
      </LiveNotice>
    </>
  );
}
