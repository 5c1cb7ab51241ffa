// A page that a mailed link opens: it says what the link does, does it at a press, and leads on. Works without JavaScript.
import { Form, Link } from '@remix-run/react';
import { useAccountText } from '../text/account-text.ts';
import { DeadLink, DoneNotice, FailureNotice } from './form-parts.tsx';

interface MailedLinkPageProps {
  title: string;
  /** What the link does, by paragraphs. Null: nothing any more. */
  lead: readonly string[] | null;
  button: string;
  done: readonly string[];
  /** What the reader needs afterwards; the log-in when it is absent. */
  next?: { to: string; text: string };
  /** Null: it is done. Undefined: it was not pressed yet. */
  problem: string | null | undefined;
}

export function MailedLinkPage({ title, lead, button, done, next, problem }: MailedLinkPageProps) {
  const t = useAccountText();
  const { to, text } = next ?? { to: '/account/log-in', text: t('log_in') };
  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{title}</h1>
      {problem === null ? (
        <>
          {done.map((paragraph) => (
            <DoneNotice key={paragraph}>{paragraph}</DoneNotice>
          ))}
          <Link className="button button-primary justify-self-start" to={to}>
            {text}
          </Link>
        </>
      ) : lead ? (
        <Form method="post" className="grid gap-4">
          {lead.map((paragraph) => (
            <p key={paragraph} className="text-ink-2 wrap-anywhere">
              {paragraph}
            </p>
          ))}
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
