// Refunds of an order: one panel for each payer's money that can be refunded, and the refunds so far. Owners only.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { DOORS } from '#web/access/doors.ts';
import { requireMember } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { LogInAgainOnRequest } from '../../frame/log-in-again.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { targetText } from '../parts/refund-flow.ts';
import { RefundList } from '../parts/refund-list.tsx';
import { RefundPanel } from '../parts/refund-panel.tsx';

export const meta = storeTitle('Refund');

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, session } = await requireMember(args, { atLeast: DOORS.refund.who, write: true });
  await args.context.spendChainRead(session.userId);
  const { id = '' } = args.params;
  const found = await args.context.dashboard.refund.offers(store.id, id);
  if (!found) throw new Response('Not found', { status: 404 });
  const order = `/dashboard/${store.id}/orders/${id}`;
  return { ...found, id, order };
};

export default function RefundPage() {
  const { orderId, id, offers, refunds, wallets, order } = useLoaderData<typeof loader>();
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
    </>
  );
}
