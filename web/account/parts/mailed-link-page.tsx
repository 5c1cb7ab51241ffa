// A page that a mailed link opens: it says what the link does, does it at a press, and leads to the log-in. Works without JavaScript.
import { Form, Link } from '@remix-run/react';
import { useAccountText } from '../text/account-text.ts';
import { DeadLink, DoneNotice, FailureNotice } from './form-parts.tsx';

interface MailedLinkPageProps {
  title: string;
  /** Null: the link does nothing any more. */
  lead: string | null;
  button: string;
  done: string;
  /** Null: it is done. Undefined: it was not pressed yet. */
  problem: string | null | undefined;
}

export function MailedLinkPage({ title, lead, button, done, problem }: MailedLinkPageProps) {
  const t = useAccountText();
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{title}</h1>
      {problem === null ? (
        <>
          <DoneNotice>{done}</DoneNotice>
          <Link className="button button-primary justify-self-start" to="/account/log-in">
            {t('log_in')}
          </Link>
        </>
      ) : lead ? (
        <Form method="post" className="grid gap-4">
          <p className="text-ink-2 wrap-anywhere">{lead}</p>
          <button type="submit" className="button button-primary">
            {button}
          </button>
          <FailureNotice>{problem}</FailureNotice>
        </Form>
      ) : (
        <DeadLink />
      )}
    </div>
  );
}
