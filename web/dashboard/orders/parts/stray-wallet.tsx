// Releases stray money with a wallet: it signs the order that the page shows, and sends the transaction that the server built from it.
import { useState } from 'react';
import type { Wallet } from '#web/checkout/browser-wallet/eip1193.ts';
import { Notice } from '#web/ui/notice.tsx';
import { FlowStatus } from '../../refund/parts/flow-status.tsx';
import { releaseStray } from '../../refund/parts/refund-flow.ts';
import type { WalletAccess } from '../../refund/parts/refund-types.ts';
import { useFlow } from '../../refund/parts/use-flow.ts';
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
  const { step, stopped, run } = useFlow();
  const [txHash, setTxHash] = useState<string | null>(null);
  const { network, receiver, strayId, typedTo } = release;
  if (!network) return null;
  const stray = { ...order, id: strayId, to: typedTo, receiver, network };
  const begin = ({ provider: wallet }: Wallet): Promise<void> =>
    run(async (onStep) => setTxHash(await releaseStray({ url, wallet, onStep }, stray)));
  return (
    <div className="grid gap-3">
      <FlowStatus {...{ step, stopped }} />
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
