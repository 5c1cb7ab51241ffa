// Refunds of an order: one panel for each payer's money that can be refunded, and the refunds so far. Owners only.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { DOORS } from '#web/access/doors.ts';
import { requireMember } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LiveNotice } from '#web/ui/live-notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { LogInAgainOnRequest } from '../../frame/log-in-again.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { OrderChangedNotice } from '../../orders/parts/order-changed-notice.tsx';
import { useOrderChanges } from '../../orders/parts/use-order-changes.ts';
import { targetText } from '../parts/refund-flow.ts';
import { RefundList } from '../parts/refund-list.tsx';
import { RefundPanel } from '../parts/refund-panel.tsx';

export const meta = storeTitle('Refund');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, session } = await requireMember(args, { atLeast: DOORS.refund.who, write: true });
  await args.context.spendChainRead(session.userId);
  const { id = '' } = args.params;
  const changes = await args.context.dashboard.orders.orderChanges(store.id, id);
  const found = await args.context.dashboard.refund.offers(store.id, id);
  if (!found || !changes) throw new Response('Not found', { status: 404 });
  const order = `/dashboard/${store.id}/orders/${id}`;
  // Read before: what changes in between is found by the first poll.
  return { ...found, id, order, changes, timeZone: store.timeZone };
};

export default function RefundPage() {
  const { orderId, id, offers, refunds, wallets, order, changes, timeZone } = useLoaderData<typeof loader>();
  // Not before it is sent: a panel whose wallet is asked stays as it is.
  const isUnderWay = refunds.some(({ state }) => state === 'sent');
  const live = useOrderChanges(isUnderWay ? `${order}/changes` : null, changes, true);
  const url = `${order}/send-back/wallet`;
  return (
    <>
      <LogInAgainOnRequest />
      <PageHeader
        title="Refund"
        lead={`Order ${orderId ?? id}. Only the wallet of the receiving address can refund. This page prepares the refund and follows it.`}
        actions={<LinkButton to={order}>To the order</LinkButton>}
      />
      {offers.length === 0 && refunds.length === 0 ? (
        <Card>
          <EmptyState title="This order has nothing to refund">
            What was paid, and money that arrives late, twice or in another coin, can be refunded here.
          </EmptyState>
        </Card>
      ) : null}
      {offers.map((offer) => (
        <RefundPanel
          key={`${offer.request?.id ?? targetText(offer)}:${offer.remaining}`}
          chainId={offer.chainId}
          access={wallets}
          {...{ offer, url }}
        />
      ))}
      {refunds.length > 0 ? <RefundList access={wallets} {...{ refunds, url }} /> : null}
      <LiveNotice trouble={live.trouble} readAt={live.readAt} timeZone={timeZone}>
        {live.held ? <OrderChangedNotice show={live.show} /> : null}
      </LiveNotice>
    </>
  );
}
