// Sets up the wallet of an account without one, after an interrupted sign-up. Also restores a wallet by its recovery phrase when a
// password reset deleted its last sealed key.
import { type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { useLoaderData, useOutletContext } from '@remix-run/react';
import { useState } from 'react';
import { nextPath, requireSession } from '#web/access/require-session.ts';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { AccountError, postJson } from '../keys/account-client.ts';
import { NoPrfError, prfOfPasskey } from '../keys/passkey.ts';
import { derivePasswordKeys } from '../keys/password-keys.ts';
import { makeWallet, type SealingMeans } from '../keys/sealed-key.ts';
import { FailureNotice, NeedsScripts, useAccountTask } from '../parts/form-parts.tsx';
import { PhraseCheck } from '../parts/phrase-check.tsx';
import type { Purchase } from '../server/purchase.ts';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('set_up_title');

export const loader = async (args: LoaderFunctionArgs) => {
  const { userId, email } = await requireSession(args);
  const { account } = args.context;
  const next = nextPath(new URL(args.request.url).searchParams);
  const wallet = await account.wallet(userId);
  if (wallet && wallet.keys.length > 0) throw redirect(next);
  const [passkeys, hasPassword] = await Promise.all([account.passkeys(userId), account.hasPassword(userId)]);
  const credentialIds = passkeys.map(({ credentialId }) => credentialId);
  return { next, email, hasPassword, credentialIds, lost: wallet?.address ?? null };
};

export default function SetUpPage() {
  const { next, email, hasPassword, credentialIds, lost } = useLoaderData<typeof loader>();
  const purchase = useOutletContext<Purchase | null>();
  const t = useAccountText();
  const hydrated = useHydrated();
  const { busy, problem, run } = useAccountTask();
  const [phrase, setPhrase] = useState<string | null>(null);
  const [typedPhrase, setTypedPhrase] = useState('');
  const [password, setPassword] = useState('');
  const finish = (): void => location.assign(next);

  const make = async (means: SealingMeans): Promise<void> => {
    const given = typedPhrase.trim();
    if (lost && !given) throw new AccountError('no_phrase', 400, 'The recovery phrase is needed to restore the wallet');
    const made = await makeWallet(means, given || null);
    // In the middle of a purchase, the phrase comes right after the payment.
    if (!given) return purchase ? finish() : setPhrase(made.phrase);
    await postJson('/account/wallet/keys', { phraseChecked: true });
    finish();
  };
  const byPasskey = async (): Promise<void> => {
    const { credentialId, prf } = await prfOfPasskey(credentialIds);
    if (!prf) throw new NoPrfError();
    await make({ kind: 'passkey', credentialId, prf });
  };
  /** The password must log in before it seals the wallet: a typing mistake would lock the wallet for ever. */
  const byPassword = async (): Promise<void> => {
    const { logInSecret, sealingSecret } = await derivePasswordKeys(email, password);
    await postJson('/api/auth/sign-in/email', { email, password: logInSecret });
    await make({ kind: 'password', sealingSecret });
  };

  return (
    <div className="card mx-auto grid max-w-md gap-5 p-6">
      <h1 className="text-xl font-semibold">{t(phrase ? 'phrase_title' : lost ? 'lost_title' : 'set_up_title')}</h1>
      <NeedsScripts />
      {phrase ? (
        <PhraseCheck phrase={phrase} onDone={finish} />
      ) : (
        <>
          {lost ? (
            <Notice plain tone="warn">
              <span className="wrap-anywhere">{t('lost_note', { address: lost })}</span>
            </Notice>
          ) : (
            <Notice plain tone="quiet">
              {t('set_up_note')}
            </Notice>
          )}
          <Field
            label={t(lost ? 'phrase' : 'phrase_if_any')}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typedPhrase}
            onChange={(event) => setTypedPhrase(event.target.value)}
          />
          {credentialIds.length > 0 ? (
            <TaskButton
              className="button button-primary"
              disabled={!hydrated}
              busy={busy}
              onClick={() => void run(byPasskey)}
            >
              {t(lost ? 'lost_passkey' : 'set_up_passkey')}
            </TaskButton>
          ) : null}
          {hasPassword ? (
            <form
              className="grid gap-4"
              onSubmit={(event) => {
                event.preventDefault();
                void run(byPassword);
              }}
            >
              <Field
                label={t('password')}
                type="password"
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
              <TaskButton type="submit" className="button button-primary" disabled={!hydrated} busy={busy}>
                {t(lost ? 'lost_password' : 'set_up_password')}
              </TaskButton>
            </form>
          ) : null}
          <FailureNotice>{problem}</FailureNotice>
        </>
      )}
    </div>
  );
}
