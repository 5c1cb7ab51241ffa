// Shows the recovery phrase to its owner, and checks it if that was not done yet.
import { type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { nextPath, requireSession } from '#web/access/require-session.ts';
import { Notice } from '#web/ui/notice.tsx';
import { NeedsScripts } from '../parts/form-parts.tsx';
import { PhraseCheck } from '../parts/phrase-check.tsx';
import { UnlockForm } from '../parts/unlock-form.tsx';
import { titled, useAccountText } from '../text/account-text.ts';

export const meta = titled('nav_recovery');

export const loader = async (args: LoaderFunctionArgs) => {
  const { userId, email } = await requireSession(args);
  const wallet = await args.context.account.wallet(userId);
  if (!wallet || wallet.keys.length === 0) throw redirect('/account/wallet');
  return { wallet, email, next: nextPath(new URL(args.request.url).searchParams) };
};

export default function RecoveryPage() {
  const t = useAccountText();
  const { wallet, email, next } = useLoaderData<typeof loader>();
  const [phrase, setPhrase] = useState<string | null>(null);
  return (
    <div className="grid gap-5">
      <h1 className="text-xl font-semibold sm:text-2xl">{t('phrase')}</h1>
      {wallet.phraseChecked ? (
        <Notice plain tone="ok">
          {t('recovery_checked')}
        </Notice>
      ) : (
        <Notice plain tone="warn">
          {t('recovery_unchecked')}
        </Notice>
      )}
      <NeedsScripts />
      <div className="card grid gap-4 p-5">
        {phrase ? (
          <PhraseCheck phrase={phrase} onDone={() => location.assign(next)} />
        ) : (
          <>
            <p className="text-ink-2">{t('recovery_private')}</p>
            <UnlockForm
              wallet={wallet}
              email={email}
              action="phrase"
              onUnlock={async (means) => {
                const { revealPhrase } = await import('../keys/sealed-key.ts');
                setPhrase(await revealPhrase(wallet, means));
              }}
            />
          </>
        )}
      </div>
      <section className="grid gap-2 text-sm text-ink-2">
        <h2 className="text-base font-semibold text-ink">{t('recovery_lost_title')}</h2>
        <p>{t('recovery_lost', { choice: t('sign_up_restore') })}</p>
      </section>
    </div>
  );
}
