// The wallets that can sign and send: those of this browser, and one on another device over WalletConnect.
import { useEffect, useId, useState } from 'react';
import { loadWalletScript } from '#web/checkout/browser-wallet/discovery.ts';
import type { Wallet } from '#web/checkout/browser-wallet/eip1193.ts';
import { WalletTexts } from '#web/checkout/browser-wallet/text/wallet-text.tsx';
import { useWallets } from '#web/checkout/browser-wallet/use-wallets.ts';
import { WalletConnectPairing } from '#web/checkout/browser-wallet/wallet-connect-pairing.tsx';
import { Button } from '#web/ui/button.tsx';
import { LazyBoundary } from '#web/ui/lazy-boundary.tsx';
import type { WalletAccess } from './refund-types.ts';

interface WalletChoiceProps {
  title: string;
  access: WalletAccess;
  chainId: number;
  busy: boolean;
  onChoose(wallet: Wallet): void;
}

export function WalletChoice({ title, access, chainId, busy, onChoose }: WalletChoiceProps) {
  const wallets = useWallets('Browser wallet');
  useEffect(() => {
    if (access.script) loadWalletScript(access.script);
  }, [access.script]);
  const heading = useId();
  const [pairing, setPairing] = useState(false);
  const choose = (wallet: Wallet): void => {
    setPairing(false);
    onChoose(wallet);
  };
  return (
    <div className="grid gap-2">
      <h3 id={heading} className="text-sm font-semibold">
        {title}
      </h3>
      {wallets === null ? <p className="text-sm text-ink-2">Looking for wallets…</p> : null}
      {wallets?.length === 0 && !access.walletConnectProjectId ? (
        <p className="text-sm text-ink-2">This browser has no wallet. Choose another way below.</p>
      ) : null}
      <ul aria-labelledby={heading} className="flex flex-wrap gap-2 empty:hidden">
        {(wallets ?? []).map((wallet) => (
          <li key={wallet.id}>
            <Button busy={busy} onClick={() => choose(wallet)}>
              {wallet.icon ? <img src={wallet.icon} alt="" className="size-5" /> : null}
              {wallet.name}
            </Button>
          </li>
        ))}
        {access.walletConnectProjectId ? (
          <li>
            <Button busy={busy} onClick={() => setPairing(true)}>
              WalletConnect
            </Button>
          </li>
        ) : null}
      </ul>
      {pairing && access.walletConnectProjectId ? (
        <LazyBoundary fallback={null}>
          <WalletTexts>
            <WalletConnectPairing
              projectId={access.walletConnectProjectId}
              storeName="Refund"
              networks={[chainId]}
              preferredChainId={chainId}
              signsOrders
              onChoose={choose}
              onBack={() => setPairing(false)}
            />
          </WalletTexts>
        </LazyBoundary>
      ) : null}
    </div>
  );
}
