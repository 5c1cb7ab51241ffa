// The log-in on the page itself, where an action needs a newer one: what was typed stays, and the same submission is sent again. For forms of
// the account; the dashboard wraps it (web/dashboard/frame/log-in-again.tsx).
import { useActionData } from '@remix-run/react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { isSameEmail } from '#domain/email-address.ts';
import { submitted, useActionResult } from '#web/access/use-action-form.ts';
import { Notice } from '#web/ui/notice.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { getJson } from '../keys/account-client.ts';
import { useAccountText } from '../text/account-text.ts';
import { FailureNotice, useAccountTask } from './form-parts.tsx';
import { CodeForm, LogInForm } from './log-in-form.tsx';

/** Above or in the form that was not accepted. Without scripts it says what to do: the form keeps what was typed. */
export function LogInAgain({ title }: { title?: string }) {
  const t = useAccountText();
  const result = useActionResult();
  const account = useActionData<{ account?: string } | undefined>()?.account;
  const [open, setOpen] = useState(true);
  const [unsent, setUnsent] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const again = useRef<HTMLButtonElement>(null);
  const hydrated = useHydrated();
  // A form that was sent before the scripts had loaded: nothing on this page had the focus that could get it back.
  useEffect(() => {
    if (!open && document.activeElement === document.body) again.current?.focus();
  }, [open]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each rejected submission asks again
  useEffect(() => setOpen(true), [result]);
  const sendAgain = (): void => {
    setOpen(false);
    const form = root.current?.closest('form') ?? formOf((name) => submitted(result, name));
    if (form) form.requestSubmit(submitterIn(form, submitted(result, 'do')));
    else setUnsent(true);
  };
  return (
    <div ref={root}>
      <Notice tone="bad" title={title ?? t('again_title')}>
        <p>{t('again_old')}</p>
        {unsent ? <p className="mt-2">{t('again_sent')}</p> : null}
        {hydrated && account !== undefined ? (
          <p className="mt-2">
            <button ref={again} type="button" className="button" onClick={() => setOpen(true)}>
              {t('log_in_again')}
            </button>
          </p>
        ) : (
          <p className="mt-2">
            <a className="link" href="/account/log-in?why=again" target="_blank" rel="noreferrer">
              {t('again_tab')}
            </a>{' '}
            {t('again_tab_then')}
          </p>
        )}
      </Notice>
      {hydrated && open && account !== undefined ? (
        <LogInDialog account={account} onDone={sendAgain} onClose={() => setOpen(false)} />
      ) : null}
    </div>
  );
}

export interface LogInDialogProps {
  account: string;
  onDone: () => void;
  onClose: () => void;
}

export function LogInDialog({ account, onDone, onClose }: LogInDialogProps) {
  const t = useAccountText();
  const dialog = useRef<HTMLDialogElement>(null);
  const [codeNeeded, setCodeNeeded] = useState(false);
  const [other, setOther] = useState<string | null>(null);
  const { problem, ...task } = useAccountTask();
  // Closed before it is removed, whatever removes it: a dialog that is only removed does not give the focus back.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  const done = async (): Promise<void> => {
    const now = await getJson<{ user?: { email?: string } } | null>('/api/auth/get-session');
    const email = now?.user?.email ?? '';
    // A passkey may belong to another account: nothing is sent in its name.
    if (isSameEmail(email, account)) onDone();
    else setOther(email);
  };
  const props = { t, task, onDone: () => void done(), notice: <FailureNotice>{problem}</FailureNotice> };
  return createPortal(
    // React passes events of a portal to the form around it, which is another form.
    <dialog
      ref={dialog}
      aria-labelledby="log-in-again"
      className="card m-auto w-[calc(100%-2rem)] max-w-md p-6 text-ink backdrop:bg-black/50"
      onSubmit={(event) => event.stopPropagation()}
      onInput={(event) => event.stopPropagation()}
      onClose={onClose}
    >
      <div className="grid gap-4">
        <h2 id="log-in-again" className="text-lg font-semibold">
          {t('log_in_again')}
        </h2>
        <p className="text-sm text-ink-2">{t('again_stays')}</p>
        {other === null ? null : <Notice tone="bad">{t('again_other', { other, account })}</Notice>}
        {codeNeeded ? (
          <CodeForm {...props} />
        ) : (
          <LogInForm {...props} account={account} onCodeNeeded={() => setCodeNeeded(true)} />
        )}
        <button type="button" className="button" onClick={onClose}>
          {t('again_cancel')}
        </button>
      </div>
    </dialog>,
    document.body,
  );
}

/** The form on this page that sent the submission: its hidden fields and the button's action are those that were sent. */
const formOf = (sent: (name: string) => string): HTMLFormElement | undefined =>
  [...document.forms].find((form) => {
    const hidden = [...form.elements].filter(
      (element): element is HTMLInputElement => element instanceof HTMLInputElement && element.type === 'hidden',
    );
    if (form.method !== 'post' || !hidden.every(({ name, value }) => sent(name) === value)) return false;
    return hidden.some(({ name }) => name === 'do') || submitterIn(form, sent('do')) !== undefined;
  });

/** The button that was pressed, where it carries the action. */
const submitterIn = (form: HTMLFormElement, action: string): HTMLButtonElement | undefined =>
  [...form.elements].find(
    (element): element is HTMLButtonElement =>
      element instanceof HTMLButtonElement && element.name === 'do' && element.value === action && action !== '',
  );
