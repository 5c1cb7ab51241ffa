// Releases stray money with a wallet: it signs the order that the page shows, and sends the transaction that the server built from it.
import { useState } from 'react';
import type { Wallet } from '#web/checkout/browser-wallet/eip1193.ts';
import { Notice } from '#web/ui/notice.tsx';
import { type FlowStep, FlowStop, releaseStray } from '../../refund/parts/refund-flow.ts';
import { STEPS } from '../../refund/parts/refund-steps.ts';
import type { WalletAccess } from '../../refund/parts/refund-types.ts';
import { WalletChoice } from '../../refund/parts/wallet-choice.tsx';
import type { StrayRelease } from '../server/orders-types.ts';

export interface StrayWalletAccess {
  access: WalletAccess;
  url: string;
}

interface StrayWalletProps {
  release: StrayRelease;
  order: NonNullable<StrayRelease['order']>;
  wallet: StrayWalletAccess;
  chainId: number;
}

export function StrayWallet({ release, order, wallet: { access, url }, chainId }: StrayWalletProps) {
  const [step, setStep] = useState<FlowStep | null>(null);
  const [stopped, setStopped] = useState<string | null>(null);
  const [txHash, setTxHash] = useState<string | null>(null);
  const { network, receiver, strayId, typedTo } = release;
  if (!network) return null;
  const begin = async ({ provider }: Wallet): Promise<void> => {
    if (step !== null) return;
    setStopped(null);
    const stray = { ...order, id: strayId, to: typedTo, receiver, network };
    try {
      setTxHash(await releaseStray({ url, wallet: provider, onStep: setStep }, stray));
    } catch (error) {
      setStopped(error instanceof FlowStop ? error.message : 'Something failed on this page. Reload it.');
    }
    setStep(null);
  };
  return (
    <div className="grid gap-3">
      <div role="status" className="text-sm empty:hidden">
        {step === null ? null : STEPS[step]}
      </div>
      {stopped ? <Notice tone="bad">{stopped}</Notice> : null}
      {txHash ? (
        <Notice tone="info" title="The wallet sent it" announced>
          <span className="font-mono text-xs wrap-anywhere">{txHash}</span>
          <p className="mt-2">Record below that it was released, when the network shows the transaction.</p>
        </Notice>
      ) : (
        <WalletChoice
          title="Sign and send with"
          busy={step !== null}
          onChoose={(wallet) => void begin(wallet)}
          {...{ access, chainId }}
        />
      )}
    </div>
  );
}
