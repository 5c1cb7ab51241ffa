// Sends what the AllScale Pay wallet lacks from a wallet of this browser. The other wallet shows each transfer and asks its owner.
import { useState } from 'react';
import { readableAmount } from '#domain/readable-amount.ts';
import type { TopUp } from '#web/account/server/account-types.ts';
import { useLanguage } from '#web/text/page-texts.ts';
import { Notice } from '#web/ui/notice.tsx';
import type { Wallet } from '../browser-wallet/eip1193.ts';
import { useWallets } from '../browser-wallet/use-wallets.ts';
import { type FillOutcome, type FillTransfer, sendFill } from './send-fill.ts';
import { useAllScaleText } from './text/allscale-text.tsx';

type Progress =
  | { step: 'idle'; notice: Exclude<FillOutcome, 'sent' | 'unsure'> | null; wallet: string }
  | { step: 'asking'; wallet: string; amount: string }
  | { step: 'unsure' };

interface FillFromWalletProps {
  lacking: TopUp;
  /** A wallet was chosen: the row stays, whatever arrives. */
  onStart(): void;
}

export function FillFromWallet({ lacking, onStart }: FillFromWalletProps) {
  const t = useAllScaleText();
  const language = useLanguage();
  const wallets = useWallets(t('fill_browser_wallet'));
  const [progress, setProgress] = useState<Progress>({ step: 'idle', notice: null, wallet: '' });
  // A transfer that was sent is not offered again, although the balance shows it only later.
  const [sent, setSent] = useState<readonly FillTransfer[]>([]);
  if (!wallets?.length) return null;

  const label = ({ amount, symbol }: FillTransfer): string => `${readableAmount(language, amount)} ${symbol}`;
  const list = (transfers: readonly FillTransfer[]): string =>
    new Intl.ListFormat(language).format(transfers.map(label));
  const rest = lacking.transfers.filter(({ symbol }) => !sent.some((transfer) => transfer.symbol === symbol));

  const fill = async ({ name: wallet, provider }: Wallet): Promise<void> => {
    onStart();
    setProgress({ step: 'asking', wallet, amount: '' });
    const outcome = await sendFill(provider, lacking.network, rest, {
      asking: (transfer) => setProgress({ step: 'asking', wallet, amount: label(transfer) }),
      sent: (transfer) => setSent((before) => [...before, transfer]),
    });
    if (outcome === 'unsure') setProgress({ step: 'unsure' });
    else setProgress({ step: 'idle', notice: outcome === 'sent' ? null : outcome, wallet });
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
  if (progress.step === 'unsure') {
    return (
      <Notice plain announced tone="warn">
        {t('fill_unsure')}
      </Notice>
    );
  }
  if (rest.length === 0) {
    return sent.length > 0 ? (
      <Notice plain announced tone="ok">
        {t('fill_sent')}
      </Notice>
    ) : null;
  }
  const { notice, wallet } = progress;
  return (
    <div className="grid gap-2">
      {sent.length > 0 ? (
        <Notice plain announced tone="ok">
          {t('fill_part_sent', { sent: list(sent), rest: list(rest) })}
        </Notice>
      ) : null}
      {wallets.map((entry) => (
        <button key={entry.id} type="button" className="button" onClick={() => void fill(entry)}>
          {t('fill_from', { wallet: entry.name })}
        </button>
      ))}
      {notice ? (
        <Notice plain announced tone={notice === 'dismissed' ? 'neutral' : 'warn'}>
          {t(`fill_${notice}`, { wallet, network: lacking.network.chainName })}
        </Notice>
      ) : null}
    </div>
  );
}
