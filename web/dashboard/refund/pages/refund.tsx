// Refunds money of an order to its payer, with one panel for each piece. Owners only, with a fresh log-in.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { targetText } from '../parts/refund-flow.ts';
import { RefundPanel } from '../parts/refund-panel.tsx';

export const loader = async (args: LoaderFunctionArgs) => {
  const { store } = await requireMember(args, { atLeast: 'owner', write: true, fresh: true });
  const { id = '' } = args.params;
  const found = await args.context.dashboard.refund.offers(store.id, id);
  if (!found) throw new Response('Not found', { status: 404 });
  const order = `/dashboard/${store.id}/orders/${id}`;
  return { ...found, id, order };
};

export default function RefundPage() {
  const { orderId, id, offers, order } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="Refund"
        lead={`Order ${orderId ?? id}. Only the wallet of the receiving address can refund. This page prepares the order and tracks it.`}
        actions={<LinkButton to={order}>To the order</LinkButton>}
      />
      {offers.length === 0 ? (
        <Card>
          <EmptyState title="This order has nothing to refund">
            Money that arrives late, twice or in another coin can be refunded here.
          </EmptyState>
        </Card>
      ) : null}
      {offers.map((offer) => (
        <RefundPanel key={targetText(offer)} offer={offer} url={`${order}/send-back/wallet`} walletScript={null} />
      ))}
    </>
  );
}
