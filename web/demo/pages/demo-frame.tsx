// The frame of the demo shop, with a design of its own: it plays a merchant, not the checkout.
import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Outlet } from '@remix-run/react';
import type { RouteHandle } from '#web/root.tsx';
import stylesheet from '../demo.css?url';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: stylesheet }];

export const handle: RouteHandle = { english: true };

export const meta: MetaFunction = () => [{ title: 'Corner Shop (demo)' }];

/** The shop is off unless it has an API key. */
export const loader = ({ context }: LoaderFunctionArgs): null => {
  if (!context.demoShop) throw new Response('Not found', { status: 404 });
  return null;
};

export default function DemoFrame() {
  return (
    <div className="demo">
      <header>
        <p className="demo-banner">This is a demo. Nothing is shipped; test tokens are worth nothing.</p>
        <div className="demo-width demo-head">
          <a className="demo-name" href="/demo">
            Corner Shop
          </a>
          <nav aria-label="Shop" className="flex gap-5">
            <a href="/demo">Goods</a>
            <a href="/demo/orders">Orders</a>
            <a href="/demo/webhooks">Webhook log</a>
          </nav>
        </div>
      </header>
      <div className="demo-width demo-page">
        <Outlet />
      </div>
    </div>
  );
}
