// The recovery phrase: shown again to its owner, checked when it was not, and what to do with it.
import { type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { NeedsScripts, Note } from '../account/form-parts.tsx';
import { PhraseCheck } from '../account/phrase-check.tsx';
import { requireSession } from '../account/require-session.ts';
import { UnlockForm } from '../account/unlock-form.tsx';

export const meta: MetaFunction = () => [{ title: 'Recovery · AllScale Pay' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const { userId, email } = await requireSession(args);
  const wallet = await args.context.account.wallet(userId);
  if (!wallet || wallet.keys.length === 0) throw redirect('/account/wallet');
  return { wallet, email };
};

export default function RecoveryPage() {
  const { wallet, email } = useLoaderData<typeof loader>();
  const [phrase, setPhrase] = useState<string | null>(null);
  return (
    <div className="grid gap-5">
      <h1 className="text-xl font-semibold sm:text-2xl">Recovery phrase</h1>
      {wallet.phraseChecked ? (
        <Note tone="ok">You showed that you have written your recovery phrase down.</Note>
      ) : (
        <Note tone="warn">
          Your recovery phrase is not checked yet. Do it before the wallet is used: without the phrase, a lost passkey
          or password means that the money is gone.
        </Note>
      )}
      <NeedsScripts />
      <div className="card grid gap-4 p-5">
        {phrase ? (
          <PhraseCheck phrase={phrase} onDone={() => location.assign('/account')} />
        ) : (
          <>
            <p className="text-ink-2">
              Make sure that nobody sees the screen. The phrase is opened on this device and is not sent anywhere.
            </p>
            <UnlockForm
              wallet={wallet}
              email={email}
              action="Show the phrase"
              onUnlock={async (means) => {
                const { revealPhrase } = await import('../wallet/sealed-key.ts');
                setPhrase(await revealPhrase(wallet, means));
              }}
            />
          </>
        )}
      </div>
      <section className="grid gap-2 text-sm text-ink-2">
        <h2 className="text-base font-semibold text-ink">If you lose every passkey and the password</h2>
        <p>
          Create a new account and choose “I have a recovery phrase already”: the same address with the same money is
          there. The phrase also opens in any other Ethereum wallet, without us.
        </p>
      </section>
    </div>
  );
}
