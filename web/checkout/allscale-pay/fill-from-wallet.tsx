// Sends what the AllScale Pay wallet lacks from a wallet of this browser. The other wallet shows each transfer and asks its owner.
import { useState } from 'react';
import { readableAmount } from '#domain/readable-amount.ts';
import type { TopUp } from '#web/account/server/account-types.ts';
import { useLanguage } from '#web/text/page-texts.ts';
import { Notice } from '#web/ui/notice.tsx';
import { chainIdOf, firstAccount, type Wallet } from '../browser-wallet/eip1193.ts';
import { switchNetwork } from '../browser-wallet/switch-network.ts';
import { useWallets } from '../browser-wallet/use-wallets.ts';
import { failureOf, mayHaveSent } from '../browser-wallet/wallet-errors.ts';
import { useAllScaleText } from './text/allscale-text.tsx';

type Progress =
  | { step: 'idle'; notice: 'fill_dismissed' | 'fill_failed' | null }
  | { step: 'asking'; wallet: string; amount: string }
  | { step: 'sent' }
  /** The other wallet failed, and it is not known whether it sent. */
  | { step: 'unsure' };

export function FillFromWallet({ lacking }: { lacking: TopUp }) {
  const t = useAllScaleText();
  const language = useLanguage();
  const wallets = useWallets(t('fill_browser_wallet'));
  const [progress, setProgress] = useState<Progress>({ step: 'idle', notice: null });
  if (!wallets?.length) return null;

  const fill = async ({ name, provider }: Wallet): Promise<void> => {
    let asked = false;
    try {
      setProgress({ step: 'asking', wallet: name, amount: '' });
      const from = firstAccount(await provider.request({ method: 'eth_requestAccounts' }));
      if (!from) return setProgress({ step: 'idle', notice: 'fill_failed' });
      const isThere = async (): Promise<boolean> =>
        chainIdOf(await provider.request({ method: 'eth_chainId' })) === Number(lacking.network.chainId);
      if (!(await isThere())) await switchNetwork(provider, lacking.network);
      if (!(await isThere())) return setProgress({ step: 'idle', notice: 'fill_failed' });
      for (const { amount, symbol, transaction } of lacking.transfers) {
        setProgress({ step: 'asking', wallet: name, amount: `${readableAmount(language, amount)} ${symbol}` });
        asked = true;
        await provider.request({ method: 'eth_sendTransaction', params: [{ from, ...transaction }] });
      }
      setProgress({ step: 'sent' });
    } catch (error) {
      const failure = failureOf(error);
      if (asked && mayHaveSent(failure)) return setProgress({ step: 'unsure' });
      setProgress({ step: 'idle', notice: failure === 'dismissed' ? 'fill_dismissed' : 'fill_failed' });
    }
  };

  if (progress.step === 'asking') {
    return (
      <Notice plain announced>
        {progress.amount
          ? t('fill_approve', { wallet: progress.wallet, what: progress.amount })
          : t('fill_connecting', { wallet: progress.wallet })}
      </Notice>
    );
  }
  if (progress.step !== 'idle') {
    return (
      <Notice plain announced tone={progress.step === 'sent' ? 'ok' : 'warn'}>
        {t(progress.step === 'sent' ? 'fill_sent' : 'fill_unsure')}
      </Notice>
    );
  }
  return (
    <div className="grid gap-2">
      {wallets.map((wallet) => (
        <button key={wallet.id} type="button" className="button" onClick={() => void fill(wallet)}>
          {t('fill_from', { wallet: wallet.name })}
        </button>
      ))}
      {progress.notice ? (
        <Notice plain announced tone={progress.notice === 'fill_dismissed' ? 'neutral' : 'warn'}>
          {t(progress.notice)}
        </Notice>
      ) : null}
    </div>
  );
}
