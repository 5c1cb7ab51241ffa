// The account's log-in on the page itself (web/account/parts/log-in-again.tsx), for the dashboard, which is in English.
import { useEffect, useState } from 'react';
import { LogInAgain as AccountLogInAgain, LogInDialog } from '#web/account/parts/log-in-again.tsx';
import { EnglishAccountTexts } from '#web/account/text/english.tsx';
import { onLogInRequest } from './log-in-request.ts';

/** Above or in the form that was not accepted. */
export const LogInAgain = (props: { title?: string }) => (
  <EnglishAccountTexts>
    <AccountLogInAgain {...props} />
  </EnglishAccountTexts>
);

/** For requests of scripts (`logInAgain`). */
export function LogInAgainOnRequest() {
  const [asked, setAsked] = useState<{ account: string; done: (isIn: boolean) => void } | null>(null);
  useEffect(() => onLogInRequest((account) => new Promise((done) => setAsked({ account, done }))), []);
  if (!asked) return null;
  const end = (isIn: boolean) => (): void => {
    setAsked(null);
    asked.done(isIn);
  };
  return (
    <EnglishAccountTexts>
      <LogInDialog account={asked.account} onDone={end(true)} onClose={end(false)} />
    </EnglishAccountTexts>
  );
}
