// The frame of the developer documentation: navigation, and a search that works without JavaScript.
import type { LinksFunction, LoaderFunctionArgs } from '@remix-run/node';
import { Form, NavLink, Outlet, useLoaderData, useLocation } from '@remix-run/react';
import type { RouteHandle } from '#web/root.tsx';
import { useDocsKeys } from '../content/docs-keys.ts';
import { GUIDE } from '../content/guide.server.ts';
import stylesheet from '../docs.css?url';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: stylesheet }];

export const handle: RouteHandle = { english: true };

export const loader = ({ request }: LoaderFunctionArgs) => ({
  pages: GUIDE,
  query: new URL(request.url).searchParams.get('q') ?? '',
});

export default function DocsFrame() {
  const { pages, query } = useLoaderData<typeof loader>();
  const { pathname } = useLocation();
  useDocsKeys();
  const list = (
    <ul>
      {pages.map(({ name, title }) => (
        <li key={name}>
          <NavLink to={`/docs/${name}`}>{title}</NavLink>
        </li>
      ))}
      <li>
        <a href="/docs/reference">API reference</a>
      </li>
    </ul>
  );
  return (
    <div className="docs">
      <a className="docs-skip" href="#content">
        Skip to the content
      </a>
      <header className="docs-head">
        <a className="docs-name" href="/docs">
          AllScale Checkout <span>Docs</span>
        </a>
        <Form method="get" action="/docs/search" role="search">
          <label className="sr-only" htmlFor="docs-search">
            Search the documentation
          </label>
          <input
            id="docs-search"
            type="search"
            name="q"
            defaultValue={query}
            placeholder="Search  ( / )"
            maxLength={100}
          />
        </Form>
      </header>
      <div className="docs-body">
        {/* The page's width decides which of the two is shown. */}
        <nav aria-label="Documentation" className="docs-nav docs-nav-wide">
          {list}
        </nav>
        <nav aria-label="Documentation, folded" className="docs-nav docs-nav-narrow">
          <details key={pathname}>
            <summary>All pages</summary>
            {list}
          </details>
        </nav>
        <main id="content">
          <Outlet />
        </main>
      </div>
    </div>
  );
}
