// Why a page led here, and what to do: it opens only for a log-in with two factors (web/access/require-member.ts).
import { LinkButton } from '#web/ui/button.tsx';
import { Notice } from '#web/ui/notice.tsx';

interface TwoFactorsNeededProps {
  /** This log-in took two factors. */
  done: boolean;
  /** The account has a passkey or an authenticator app, but this log-in did not use it. */
  ready: boolean;
  hasPassword: boolean;
  /** The page that was asked for. */
  next: string;
}

export function TwoFactorsNeeded({ done, ready, hasPassword, next }: TwoFactorsNeededProps) {
  if (done) {
    return (
      <Notice tone="ok" title="This log-in has two factors">
        <p>If new backup codes are shown below, keep them first.</p>
        <p className="mt-2">
          <LinkButton tone="primary" to={next}>
            Continue
          </LinkButton>
        </p>
      </Notice>
    );
  }
  const logIn = `/account/log-in?${new URLSearchParams({ why: 'again', next })}`;
  return (
    <Notice tone="warn" title={ready ? 'Log in with your second factor' : 'A second factor is needed'}>
      <p>
        This page can change where money goes. It opens for a log-in with a passkey, or with a password and a code of an
        authenticator app.
      </p>
      {ready ? (
        <p className="mt-2">
          <LinkButton tone="primary" to={logIn}>
            Log in again
          </LinkButton>
        </p>
      ) : (
        <p className="mt-2">
          {hasPassword ? 'Turn on two-factor below, or add a passkey' : 'Add a passkey below'} and log in with it. You
          come back to the page that you asked for.
        </p>
      )}
    </Notice>
  );
}
