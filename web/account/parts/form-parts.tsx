// Small parts that all account forms share.
import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Notice } from '#web/ui/notice.tsx';
import { useTask } from '#web/ui/use-task.ts';
import { MIN_PASSWORD_LENGTH } from '../keys/password-keys.ts';
import { useAccountText } from '../text/account-text.ts';
import { problemOf } from './error-messages.ts';

/** RFC 5321: what mail servers carry. */
export const LONGEST_EMAIL = 254;

/** Why something failed; nothing without a message. */
export function FailureNotice({ children }: { children: ReactNode }) {
  return children ? (
    <Notice plain tone="bad">
      {children}
    </Notice>
  ) : null;
}

/** What was done. */
export function DoneNotice({ children }: { children: ReactNode }) {
  return (
    <div role="status">
      <Notice plain tone="ok">
        {children}
      </Notice>
    </div>
  );
}

/** A mailed link that was used, has expired or never was. @param askAgain the page that mails another one */
export function DeadLink({ askAgain }: { askAgain?: string }) {
  const t = useAccountText();
  return (
    <>
      <Notice plain tone="warn">
        {t('error_dead_link')}
      </Notice>
      {askAgain ? (
        <p>
          <Link className="button" to={askAgain}>
            {t('reset_ask_again')}
          </Link>
        </p>
      ) : null}
    </>
  );
}

/** For pages that need scripts: passwords and keys never leave the browser, so a plain form has nothing to send. */
export function NeedsScripts() {
  const t = useAccountText();
  return (
    <noscript>
      <Notice plain tone="warn">
        {t('needs_scripts')}
      </Notice>
    </noscript>
  );
}

/** A task of these pages: `problem` is the message for the reader. */
export const useAccountTask = () => {
  const t = useAccountText();
  const { busy, failure, run } = useTask(problemOf);
  return { busy, run, problem: failure && t(failure, { min: MIN_PASSWORD_LENGTH }) };
};
