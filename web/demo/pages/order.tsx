// An order of the demo shop. Only a webhook marks it as paid; the shopper's return proves nothing. The page polls every two seconds
// until the webhook has arrived.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';
import type { RouteHandle } from '#web/root.tsx';
import { dollars } from '#web/text/dollars.ts';
import { utcTime } from '#web/text/utc-time.ts';
import { WebhookTable } from '../parts/webhook-table.tsx';
import type { DemoOrder } from '../server/demo-shop.ts';

const POLL_MS = 2_000;

export const handle: RouteHandle = {
  refreshSeconds: (loaded) => ((loaded as { order: DemoOrder }).order.state === 'paid' ? null : 5),
};

export const loader = async ({ params, context }: LoaderFunctionArgs) => {
  const id = params.id ?? '';
  const order = await context.demoShop?.order(id);
  if (!order) throw new Response('Not found', { status: 404 });
  return { order, webhooks: (await context.demoShop?.webhookLog(id)) ?? [] };
};

export default function DemoOrderPage() {
  const { order, webhooks } = useLoaderData<typeof loader>();
  const { revalidate } = useRevalidator();
  const paid = order.state === 'paid';
  useEffect(() => {
    if (paid) return;
    const poll = async (): Promise<void> => {
      if (document.hidden) return;
      // A revalidation that cannot reach the server would replace the order with an error page, so test it first.
      const reachable = await fetch(location.href, { method: 'HEAD' }).catch(() => null);
      if (reachable?.ok) revalidate();
    };
    const timer = setInterval(() => void poll(), POLL_MS);
    return () => clearInterval(timer);
  }, [paid, revalidate]);
  return (
    <main>
      <h1>Order {order.id}</h1>
      <div role="status" className={`demo-card demo-state ${paid ? 'demo-paid' : ''}`} data-testid="order-state">
        {order.paid ? (
          <>
            <p className="text-xl font-bold">Paid. Thank you!</p>
            <p className="demo-soft wrap-anywhere">
              {order.paid.coins} {order.paid.coin} on chain {order.paid.chainId}, transaction {order.paid.txHash},
              confirmed by webhook at {utcTime(order.paid.at, 'en')}.
            </p>
          </>
        ) : (
          <>
            <p className="text-xl font-bold">Awaiting payment</p>
            <p className="demo-soft">This page shows "paid" as soon as the webhook arrives.</p>
            {order.checkoutUrl ? (
              <a className="demo-plain" href={order.checkoutUrl}>
                Back to the checkout
              </a>
            ) : null}
          </>
        )}
      </div>
      <section className="my-6">
        {order.lines.map(({ product, quantity, totalCents }) => (
          <p key={product.id} className="demo-line">
            <span>
              {quantity} × {product.name}
            </span>
            <span>{dollars(totalCents)}</span>
          </p>
        ))}
        <p className="demo-line">
          <strong>Total</strong> <strong>{dollars(order.totalCents)}</strong>
        </p>
      </section>
      <h2 className="mb-2">Webhooks for this order</h2>
      <WebhookTable webhooks={webhooks} />
    </main>
  );
}
