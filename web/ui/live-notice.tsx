// Says that a page is no longer kept current, and since when. It lies over the page, so that nothing moves. The live region is
// always on the page, or screen readers would not announce its notices.
import { useLocation } from '@remix-run/react';
import type { ReactNode } from 'react';
import { LocalTime } from './local-time.tsx';
import { Notice } from './notice.tsx';
import type { Trouble } from './use-poll.ts';

interface LiveNoticeProps {
  trouble: Trouble | null;
  /** When the shown data was read, in Unix seconds. */
  readAt: number;
  /** The store's. */
  timeZone: string;
  /** Shown while nothing is wrong. */
  children?: ReactNode;
}

export function LiveNotice({ trouble, readAt, timeZone, children }: LiveNoticeProps) {
  const { pathname, search } = useLocation();
  const time = <LocalTime iso={new Date(readAt * 1000).toISOString()} timeZone={timeZone} precision="second" />;
  const message =
    trouble === 'logged-out' ? (
      <Notice tone="warn" title="You are logged out">
        This page shows the state of {time}.{' '}
        <a className="link" href={pathname + search} target="_blank" rel="noreferrer">
          Log in in another tab
        </a>
        ; this page then continues.
      </Notice>
    ) : trouble ? (
      <Notice tone="warn" title="Not kept current">
        The connection failed. This page shows the state of {time} and retries.
      </Notice>
    ) : (
      children
    );
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-10 flex justify-center px-4 print:static"
      data-testid="live-notice"
    >
      {message ? <div className="pointer-events-auto rounded-lg bg-surface shadow-lg">{message}</div> : null}
    </div>
  );
}
