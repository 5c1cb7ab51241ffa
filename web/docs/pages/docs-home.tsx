// The documentation's front page: the list of all pages.
import type { MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { GUIDE } from '../content/guide.server.ts';

export const meta: MetaFunction = () => [{ title: 'Documentation · AllScale Checkout' }];

export const loader = () => ({ pages: GUIDE });

export default function DocsIndex() {
  const { pages } = useLoaderData<typeof loader>();
  return (
    <article>
      <h1>Take stablecoin payments in your shop</h1>
      <p>
        Your shop creates a checkout over a signed API and sends the shopper to it. The shopper pays USDT or USDC from
        any wallet or exchange, and your shop gets a signed webhook when the payment is confirmed on-chain. The money
        goes to your own address.
      </p>
      <p>
        Start with the <Link to="/docs/quick-start">quick start</Link>: one simulated payment in a test store, in a few
        minutes.
      </p>
      <ul className="docs-list">
        {pages.map(({ name, title, description }) => (
          <li key={name}>
            <Link to={`/docs/${name}`}>{title}</Link>
            <p>{description}</p>
          </li>
        ))}
        <li>
          <a href="/docs/reference">API reference</a>
          <p>
            Every route and field, generated from the schemas that validate requests. As a file:{' '}
            <a href="/v1/openapi.json">OpenAPI 3.1</a>, or a <a href="/docs/postman.json">Postman collection</a> that
            signs by itself.
          </p>
        </li>
      </ul>
      <p className="docs-note">
        For language models: <a href="/llms.txt">llms.txt</a>. Add <code>.md</code> to a page’s URL for its Markdown.
      </p>
    </article>
  );
}
