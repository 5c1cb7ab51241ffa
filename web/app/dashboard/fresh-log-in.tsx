// What stands in place of a form that needs a fresh log-in: why, and the way there and back.
import { useLocation } from '@remix-run/react';
import { LinkButton } from './ui/button.tsx';
import { Notice } from './ui/notice.tsx';

export function FreshLogIn({ children }: { children: string }) {
  const { pathname } = useLocation();
  return (
    <div className="grid justify-items-start gap-3">
      <Notice title="Log in again first">{children} Your last log-in is more than 15 minutes old.</Notice>
      <LinkButton tone="primary" to={`/account/log-in?${new URLSearchParams({ next: pathname, why: 'again' })}`}>
        Log in again
      </LinkButton>
    </div>
  );
}
