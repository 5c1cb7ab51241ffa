// What all dashboard pages share: their style sheet, their language, and the page for errors.
import type { LinksFunction, MetaFunction } from '@remix-run/node';
import { Outlet } from '@remix-run/react';
import type { RouteHandle } from '#web/root.tsx';
import stylesheet from '../dashboard.css?url';
import { DeniedPage, deniedTitle } from '../denied-page.tsx';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: stylesheet }];

export const handle: RouteHandle = { english: true };

export const meta: MetaFunction = ({ error }) => [{ title: error ? deniedTitle(error) : 'AllScale Checkout' }];

export default function DashboardRoot() {
  return <Outlet />;
}

export function ErrorBoundary() {
  return (
    <main className="mx-auto max-w-xl px-4 py-16">
      <DeniedPage home="/dashboard" />
    </main>
  );
}
