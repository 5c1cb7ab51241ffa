// What stands in place of a form that needs a fresh log-in, or beside one whose log-in grew old while it was filled in.
import { useLocation } from '@remix-run/react';
import { LinkButton } from '#web/ui/button.tsx';
import { Notice } from '#web/ui/notice.tsx';

/** The problem of a form whose log-in grew old while it was filled in. */
export const LOG_IN_AGAIN = 'log_in_again';

const useLogInAddress = (): string => {
  const { pathname } = useLocation();
  return `/account/log-in?${new URLSearchParams({ next: pathname, why: 'again' })}`;
};

export function FreshLogIn({ children }: { children: string }) {
  const address = useLogInAddress();
  return (
    <div className="grid justify-items-start gap-3">
      <Notice title="Log in again first">{children} Your last log-in is more than 15 minutes old.</Notice>
      <LinkButton tone="primary" to={address}>
        Log in again
      </LinkButton>
    </div>
  );
}

/** In another tab, so that this one keeps what was typed. */
export function LogInAgain({ title = 'Nothing was done: log in again first' }: { title?: string }) {
  const address = useLogInAddress();
  return (
    <Notice tone="bad" title={title}>
      Your last log-in is more than 15 minutes old. All that you typed is still here:{' '}
      <a className="link" href={address} target="_blank" rel="noreferrer">
        log in in another tab
      </a>
      , come back, and send it once more.
    </Notice>
  );
}
