// The frame of dashboard pages without a store: application, waiting, invitation, security.
import { Form, Link } from '@remix-run/react';
import type { ReactNode } from 'react';

interface NarrowFrameProps {
  /** Of the account that is logged in, or null. */
  email: string | null;
  /** Shows a link back to the dashboard. */
  back?: string;
  children: ReactNode;
}

export function NarrowFrame({ email, back, children }: NarrowFrameProps) {
  return (
    <div className="mx-auto max-w-2xl px-4 py-4 sm:py-10">
      <header className="flex items-center justify-between gap-x-3 max-sm:flex-wrap">
        <div className="flex flex-wrap items-center gap-x-4 sm:flex-none">
          <span className="text-lg font-semibold">AllScale Checkout</span>
          {back ? (
            <Link to={back} className="link inline-flex min-h-11 items-center text-sm">
              To the dashboard
            </Link>
          ) : null}
        </div>
        {email ? (
          <div className="flex min-w-0 items-center gap-3 text-sm max-sm:w-full max-sm:justify-between">
            <span className="truncate text-ink-2" title={email}>
              {email}
            </span>
            <Form method="post" action="/account/log-out">
              <input type="hidden" name="next" value="/dashboard" />
              <button type="submit" className="button px-3 text-sm whitespace-nowrap">
                Log out
              </button>
            </Form>
          </div>
        ) : null}
      </header>
      <main className="mt-6 grid gap-5">{children}</main>
    </div>
  );
}
