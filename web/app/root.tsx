// The document around every page, and what stands in for a page that failed.
import type { LinksFunction, MetaFunction } from '@remix-run/node';
import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useMatches,
  useRouteError,
} from '@remix-run/react';
import { type ReactNode, useContext } from 'react';
import stylesheet from './app.css?url';
import { NoticePage } from './components/notice-page.tsx';
import icon from './icon.svg?url';
import { NonceContext } from './nonce.ts';
import { t } from './text/text.ts';

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: stylesheet },
  { rel: 'icon', href: icon, type: 'image/svg+xml' },
];

export const meta: MetaFunction = () => [{ title: t('app.name') }];

/** What a route may say about itself in `handle`. */
export interface RouteHandle {
  /** Seconds after which a browser without JavaScript loads the page again, or null when it should rest. */
  refreshSeconds?(data: unknown): number | null;
}

export function Layout({ children }: { children: ReactNode }) {
  const nonce = useContext(NonceContext);
  const refresh = useMatches()
    .map(({ handle, data }) => (data ? ((handle as RouteHandle | undefined)?.refreshSeconds?.(data) ?? null) : null))
    .find((seconds) => seconds !== null);
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="theme-color" content="#F6F7F9" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#0B0F16" media="(prefers-color-scheme: dark)" />
        <meta name="robots" content="noindex" />
        <Meta />
        <Links />
        {refresh ? (
          <noscript>
            <meta httpEquiv="refresh" content={String(refresh)} />
          </noscript>
        ) : null}
      </head>
      <body className="font-sans antialiased">
        {children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

export default function App() {
  return <Outlet />;
}

export function ErrorBoundary() {
  const error = useRouteError();
  const missing = isRouteErrorResponse(error) && error.status === 404;
  return missing ? (
    <NoticePage title={t('missing.page_title')} lead={t('missing.page_lead')} />
  ) : (
    <NoticePage title={t('error.title')} lead={t('error.lead')} retry />
  );
}
