// What a page that keeps itself current says when it cannot: over the page, so that nothing on it moves, and with the time of what it
// shows. Always there, so that what comes into it is read out.
import { useLocation } from '@remix-run/react';
import type { ReactNode } from 'react';
import { LocalTime } from './local-time.tsx';
import { Notice } from './notice.tsx';
import type { Trouble } from './use-poll.ts';

interface LiveNoticeProps {
  trouble: Trouble | null;
  /** When what is shown was read, Unix seconds. */
  readAt: number;
  /** The store's. */
  timeZone: string;
  /** What else there is to say while nothing is wrong. */
  children?: ReactNode;
}

export function LiveNotice({ trouble, readAt, timeZone, children }: LiveNoticeProps) {
  const { pathname, search } = useLocation();
  const time = <LocalTime iso={new Date(readAt * 1000).toISOString()} timeZone={timeZone} precision="second" />;
  const message =
    trouble === 'logged-out' ? (
      <Notice tone="warn" title="You are logged out">
        This is as of {time}.{' '}
        <a className="link" href={pathname + search} target="_blank" rel="noreferrer">
          Log in in another tab
        </a>
        , and this page goes on from where it is.
      </Notice>
    ) : trouble ? (
      <Notice tone="warn" title="Not kept current">
        The connection fails; this is as of {time}. It is tried again.
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
