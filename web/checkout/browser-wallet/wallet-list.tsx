// The wallets to choose from: announced ones first, then apps to open on a phone, then WalletConnect.
import { ExternalLink, QrCode, WalletMinimal } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type DeepLink, deepLinks, isPhone } from './deep-links.ts';
import type { Wallet } from './eip1193.ts';
import { NoticeBox } from './notice-box.tsx';
import type { Notice } from './payment-machine.ts';
import { useWalletText } from './text/wallet-text.tsx';
import { WalletConnectPairing } from './wallet-connect-pairing.tsx';

interface WalletListProps {
  /** Null until discovery has run. */
  wallets: readonly Wallet[] | null;
  notice: Notice | null;
  /** Null: WalletConnect is not offered. */
  walletConnectProjectId: string | null;
  networks: readonly number[];
  preferredChainId: number;
  storeName: string;
  onChoose(wallet: Wallet): void;
}

const ROW = 'button w-full justify-start gap-3 text-start';

export function WalletList(props: WalletListProps) {
  const { wallets, notice, walletConnectProjectId, networks, preferredChainId, storeName, onChoose } = props;
  const t = useWalletText();
  const links = useDeepLinks();
  const [pairing, setPairing] = useState(false);
  if (pairing && walletConnectProjectId) {
    return (
      <WalletConnectPairing
        {...{ networks, preferredChainId, storeName, onChoose }}
        projectId={walletConnectProjectId}
        onBack={() => setPairing(false)}
      />
    );
  }
  const isEmpty = wallets?.length === 0 && links.length === 0 && !walletConnectProjectId;
  return (
    <div className="grid gap-3">
      <NoticeBox notice={notice} />
      {wallets === null ? <p className="text-ink-2">{t('looking')}</p> : null}
      {isEmpty ? <p className="text-ink-2">{t('none')}</p> : null}
      <ul className="grid gap-2" aria-label={t('list_label')}>
        {(wallets ?? []).map((wallet) => (
          <li key={wallet.id}>
            <button type="button" className={ROW} onClick={() => onChoose(wallet)}>
              <WalletIcon icon={wallet.icon} />
              <span className="min-w-0 wrap-anywhere">{wallet.name}</span>
            </button>
          </li>
        ))}
        {links.map(({ name, url }) => (
          <li key={name}>
            <a className={ROW} href={url}>
              <ExternalLink size={20} aria-hidden className="flex-none" />
              {t('open_in', { wallet: name })}
            </a>
          </li>
        ))}
        {walletConnectProjectId ? (
          <li>
            <button type="button" className={ROW} onClick={() => setPairing(true)}>
              <QrCode size={20} aria-hidden className="flex-none" />
              <span>
                {t('walletconnect')}
                <span className="block text-sm font-normal text-ink-2">{t('walletconnect_hint')}</span>
              </span>
            </button>
          </li>
        ) : null}
      </ul>
    </div>
  );
}

/** The icon comes from an extension: an `<img>` runs no scripts. */
export function WalletIcon({ icon }: { icon: string | null }) {
  return icon ? (
    <img src={icon} alt="" width={28} height={28} className="size-7 flex-none rounded-md" />
  ) : (
    <WalletMinimal size={20} aria-hidden className="flex-none" />
  );
}

/** On phones only, and not inside a wallet's own browser, which has the wallet itself. */
const useDeepLinks = (): readonly DeepLink[] => {
  const [links, setLinks] = useState<readonly DeepLink[]>([]);
  useEffect(() => {
    const { userAgent, maxTouchPoints } = navigator;
    if (isPhone(userAgent, maxTouchPoints) && !('ethereum' in window)) setLinks(deepLinks(location.href));
  }, []);
  return links;
};
