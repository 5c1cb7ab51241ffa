// The account's passkeys: list, add, remove. Adding one opens the wallet once, to seal its key for the new passkey.
import { Form, Link, useRevalidator } from '@remix-run/react';
import { useState } from 'react';
import { useLanguage } from '#web/text/page-texts.ts';
import { utcTime } from '#web/text/utc-time.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import type { UnlockMeans } from '../keys/sealed-key.ts';
import type { WalletView } from '../server/account-types.ts';
import type { PasskeyView } from '../server/log-in-methods.ts';
import { useAccountText } from '../text/account-text.ts';
import { FailureNotice, useAccountTask } from './form-parts.tsx';
import { UnlockForm } from './unlock-form.tsx';

interface PasskeyListProps {
  passkeys: readonly PasskeyView[];
  /** Null for an account without a wallet, as for merchants: a passkey only logs in. */
  wallet: WalletView | null;
  email: string;
  fresh: boolean;
  /** The page that shows the list: the log-in leads back to it. */
  here?: string;
}

export function PasskeyList({ passkeys, wallet, email, fresh, here = '/account/security' }: PasskeyListProps) {
  const t = useAccountText();
  const language = useLanguage();
  const [adding, setAdding] = useState(false);
  const hydrated = useHydrated();
  const { revalidate } = useRevalidator();
  return (
    <section className="grid gap-3" aria-labelledby="passkeys">
      <h2 id="passkeys" className="font-semibold">
        {t('passkeys')}
      </h2>
      {passkeys.length === 0 ? <p className="text-sm text-ink-2">{t('passkeys_none')}</p> : null}
      <ul className="divide-y divide-line" data-testid="passkeys">
        {passkeys.map(({ id, name, createdAt, opensWallet }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-3">
            <span className="grid">
              <span className="font-semibold wrap-anywhere">{name}</span>
              <span className="text-sm text-ink-2">
                {createdAt ? `${t('passkey_added', { time: utcTime(createdAt, language) })} ` : ''}
                {t(opensWallet ? 'passkey_opens' : wallet ? 'passkey_logs_in_only' : 'passkey_logs_in')}
              </span>
            </span>
            <Form method="post">
              <input type="hidden" name="do" value="remove-passkey" />
              <input type="hidden" name="id" value={id} />
              <button type="submit" className="button px-3 text-sm" aria-label={t('passkey_remove_named', { name })}>
                {t('passkey_remove')}
              </button>
            </Form>
          </li>
        ))}
      </ul>
      {!fresh ? (
        <Notice plain tone="quiet">
          {t('passkeys_stale')}{' '}
          <Link className="link" to={`/account/log-in?why=again&next=${here}`}>
            {t('log_in_again')}
          </Link>
        </Notice>
      ) : adding ? (
        <AddPasskey
          wallet={wallet}
          email={email}
          onAdded={() => {
            setAdding(false);
            revalidate();
          }}
        />
      ) : (
        <p>
          <button type="button" className="button" disabled={!hydrated} onClick={() => setAdding(true)}>
            {t('passkey_add')}
          </button>
        </p>
      )}
    </section>
  );
}

function AddPasskey({ wallet, email, onAdded }: { wallet: WalletView | null; email: string; onAdded: () => void }) {
  const t = useAccountText();
  const [name, setName] = useState('');
  const { busy, problem, run } = useAccountTask();
  const chosenName = name.trim() || t('passkey');
  const addWithWallet = async (opened: WalletView, unlock: UnlockMeans): Promise<void> => {
    const { sealForPasskey } = await import('../keys/sealed-key.ts');
    const { registerPasskey } = await import('../keys/passkey.ts');
    await sealForPasskey(opened, unlock, async () => ({
      kind: 'passkey',
      ...(await registerPasskey(chosenName, null)),
    }));
    onAdded();
  };
  const addForLogIn = async (): Promise<void> => {
    const { registerLogInPasskey } = await import('../keys/passkey.ts');
    await registerLogInPasskey(chosenName, null);
    onAdded();
  };
  return (
    <div className="card grid gap-4 p-5">
      <Field label={t('passkey_name')} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />
      {wallet ? (
        <>
          <p className="text-sm text-ink-2">{t('passkey_open_once')}</p>
          <UnlockForm wallet={wallet} email={email} action="add" onUnlock={(unlock) => addWithWallet(wallet, unlock)} />
        </>
      ) : (
        <p>
          <TaskButton className="button button-primary" busy={busy} onClick={() => void run(addForLogIn)}>
            {t('passkey_add_it')}
          </TaskButton>
        </p>
      )}
      <FailureNotice>{problem}</FailureNotice>
    </div>
  );
}
