// Shown instead of a form that needs a fresh log-in, or above one whose log-in grew old while it was filled in.
import { useLocation } from '@remix-run/react';
import { LinkButton } from '#web/ui/button.tsx';
import { Notice } from '#web/ui/notice.tsx';

const useLogInUrl = (): string => {
  const { pathname } = useLocation();
  return `/account/log-in?${new URLSearchParams({ next: pathname, why: 'again' })}`;
};

export function FreshLogIn({ children }: { children: string }) {
  const url = useLogInUrl();
  return (
    <div className="grid justify-items-start gap-3">
      <Notice title="Log in again first">{children} Your last log-in is more than 15 minutes old.</Notice>
      <LinkButton tone="primary" to={url}>
        Log in again
      </LinkButton>
    </div>
  );
}

/** Opens the log-in in another tab, so that this one keeps what was typed. */
export function LogInAgain({ title = 'Nothing was done: log in again first' }: { title?: string }) {
  const url = useLogInUrl();
  return (
    <Notice tone="bad" title={title}>
      Your last log-in is more than 15 minutes old. Everything you typed is still here:{' '}
      <a className="link" href={url} target="_blank" rel="noreferrer">
        log in in another tab
      </a>
      , then come back and send it again.
    </Notice>
  );
}
