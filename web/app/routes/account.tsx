// The frame of all account pages: whose account it is, and where one can go.
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, NavLink, Outlet, useLoaderData } from '@remix-run/react';
import type { RouteHandle } from '../root.tsx';

export const handle: RouteHandle = { english: true };

export const meta: MetaFunction = () => [{ title: 'AllScale Pay' }];

export const loader = async ({ request, context }: LoaderFunctionArgs) => {
  const session = await context.account.session(request);
  return { email: session?.email ?? null };
};

const PAGES = [
  { to: '/account', label: 'Wallet', end: true },
  { to: '/account/withdraw', label: 'Withdraw' },
  { to: '/account/recovery', label: 'Recovery' },
  { to: '/account/security', label: 'Security' },
] as const;

export default function AccountFrame() {
  const { email } = useLoaderData<typeof loader>();
  return (
    <div className="mx-auto max-w-2xl px-4 py-4 sm:py-10">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <Link to="/account" className="text-lg font-semibold">
          AllScale Pay
        </Link>
        {email ? (
          <div className="flex flex-wrap items-center gap-3 text-sm">
            <span className="text-ink-2 wrap-anywhere">{email}</span>
            <Form method="post" action="/account/log-out">
              <button type="submit" className="button px-3 text-sm">
                Log out
              </button>
            </Form>
          </div>
        ) : null}
      </header>
      {email ? (
        <nav aria-label="Account" className="mt-4 flex flex-wrap gap-1 border-b border-line text-sm">
          {PAGES.map(({ to, label, ...page }) => (
            <NavLink
              key={to}
              to={to}
              end={'end' in page}
              className={({ isActive }) =>
                `-mb-px inline-flex min-h-11 items-center border-b-2 px-3 ${isActive ? 'border-brand font-semibold text-ink' : 'border-transparent text-ink-2'}`
              }
            >
              {label}
            </NavLink>
          ))}
        </nav>
      ) : null}
      <main className="mt-6">
        <Outlet />
      </main>
      <footer className="mt-8 text-xs text-ink-3">
        The key of your wallet is made and used on your device. AllScale cannot move your money.
      </footer>
    </div>
  );
}
