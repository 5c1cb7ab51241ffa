// Pairs with a wallet on another device: a QR code, the same as a link, and the wait for the wallet.
import { useEffect, useRef, useState } from 'react';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { QrImage } from '#web/ui/qr-image.tsx';
import type { QrCode } from '../server/view-types.ts';
import type { Wallet } from './eip1193.ts';
import { NoticeBox } from './notice-box.tsx';
import type { Notice } from './payment-machine.ts';
import { useWalletText } from './text/wallet-text.tsx';
import { failureOf } from './wallet-errors.ts';

interface PairingProps {
  projectId: string;
  storeName: string;
  networks: readonly number[];
  preferredChainId: number;
  signsOrders?: boolean;
  onChoose(wallet: Wallet): void;
  onBack(): void;
}

export function WalletConnectPairing(props: PairingProps) {
  const t = useWalletText();
  const { code, notice } = usePairing(props);
  return (
    <div className="grid gap-3">
      <NoticeBox notice={notice} />
      {notice ? null : <p role="status">{code ? t('walletconnect_hint') : t('looking')}</p>}
      {code && !notice ? (
        <div className="grid justify-items-center gap-3">
          <div className="w-full max-w-72" data-testid="walletconnect-qr">
            <QrImage qr={code} label={t('walletconnect_qr')} />
          </div>
          <CopyButton value={code.text} label={t('walletconnect_copy')} />
        </div>
      ) : null}
      <button type="button" className="link min-h-11 justify-self-start" onClick={props.onBack}>
        {t('walletconnect_cancel')}
      </button>
    </div>
  );
}

/** Pairs once each time it is shown. A response after it was left is dropped. */
const usePairing = (props: PairingProps) => {
  const { projectId, storeName, networks, preferredChainId, signsOrders = false, onChoose } = props;
  const [code, setCode] = useState<QrCode | null>(null);
  const [notice, setNotice] = useState<Notice | null>(null);
  const start = useRef({ projectId, storeName, chainIds: networks, preferredChainId, signsOrders });
  const choose = useRef(onChoose);
  choose.current = onChoose;
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    import('./wallet-connect.ts')
      .then(({ pairWallet }) => pairWallet({ ...start.current, onCode: setCode, signal }))
      .then(
        (wallet) => choose.current(wallet),
        (error: unknown) => {
          if (!signal.aborted) setNotice(failureOf(error) === 'dismissed' ? 'dismissed' : 'connect_failed');
        },
      );
    return () => abort.abort();
  }, []);
  return { code, notice };
};
