// The demo shop's latest orders.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { dollars } from '#web/text/dollars.ts';
import { utcTime } from '#web/text/utc-time.ts';

export const loader = async ({ context }: LoaderFunctionArgs) => ({
  orders: (await context.demoShop?.recentOrders()) ?? [],
});

export default function DemoOrders() {
  const { orders } = useLoaderData<typeof loader>();
  return (
    <main>
      <h1>Orders</h1>
      {orders.length === 0 ? <p className="demo-soft">No orders yet.</p> : null}
      <ul>
        {orders.map(({ id, totalCents, state, createdAt }) => (
          <li key={id} className="demo-line">
            <a className="demo-plain" href={`/demo/orders/${id}`}>
              {id}
            </a>
            <span className="demo-soft">{utcTime(createdAt, 'en')}</span>
            <span>{dollars(totalCents)}</span>
            <strong>{state === 'paid' ? 'Paid' : 'Awaiting payment'}</strong>
          </li>
        ))}
      </ul>
    </main>
  );
}
