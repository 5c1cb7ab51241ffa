// Asks for the reason of a refund, and lets a browser wallet sign and send it.
import { useRevalidator } from '@remix-run/react';
import { useEffect, useId, useState } from 'react';
import { discoverWallets, loadWalletScript } from '#web/checkout/browser-wallet/discovery.ts';
import type { Wallet } from '#web/checkout/browser-wallet/eip1193.ts';
import { Button } from '#web/ui/button.tsx';
import { TextArea } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type { RefundOffer } from '../server/refund-types.ts';
import { type FlowStep, FlowStop, refundMoney } from './refund-flow.ts';

const STEPS: Record<FlowStep, string> = {
  connect: 'Connect: choose the receiving address in the wallet.',
  network: 'Switch: confirm the network in the wallet.',
  sign: 'Sign: the wallet shows the order, which costs nothing.',
  record: 'Storing the order…',
  send: 'Send: confirm the transaction in the wallet; it pays the network’s fee.',
};

export interface RefundFormProps {
  offer: RefundOffer;
  /** Where the form's requests go. */
  url: string;
  /** Announces the development wallet; null outside development. */
  walletScript: string | null;
}

export function RefundForm({ offer, url, walletScript }: RefundFormProps) {
  const wallets = useWallets(walletScript);
  const { revalidate } = useRevalidator();
  const [reason, setReason] = useState('');
  const [step, setStep] = useState<FlowStep | null>(null);
  const [stopped, setStopped] = useState<string | null>(null);
  const [reasonMissing, setReasonMissing] = useState(false);
  const heading = useId();
  const resumed = offer.existing?.state === 'signed';

  const begin = async (wallet: Wallet): Promise<void> => {
    if (step !== null) return;
    setReasonMissing(!resumed && reason.trim() === '');
    if (!resumed && reason.trim() === '') return;
    setStopped(null);
    try {
      await refundMoney({ url, offer, reason, wallet: wallet.provider, onStep: setStep });
    } catch (error) {
      setStopped(error instanceof FlowStop ? error.message : 'Something failed on this page. Reload it.');
    }
    setStep(null);
    revalidate();
  };

  return (
    <div className="grid gap-4">
      <noscript>
        <Notice tone="warn">Refunds are signed by a wallet, which needs JavaScript.</Notice>
      </noscript>
      {resumed ? (
        <Notice tone="warn" title="The order is signed and waits to be sent">
          Send it with the same wallet. After it has expired you can sign a new one.
        </Notice>
      ) : (
        <TextArea
          label="Reason"
          hint="For the order’s timeline and the audit log."
          name="reason"
          rows={2}
          maxLength={1000}
          required
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          error={reasonMissing && reason.trim() === '' ? 'Say why: the reason is kept with the order.' : null}
        />
      )}
      <div role="status" className="text-sm empty:hidden">
        {step === null ? null : STEPS[step]}
      </div>
      {stopped ? <Notice tone="bad">{stopped}</Notice> : null}
      <div className="grid gap-2">
        <h3 id={heading} className="text-sm font-semibold">
          {resumed ? 'Send with' : 'Sign and send with'}
        </h3>
        {wallets === null ? <p className="text-sm text-ink-2">Looking for wallets…</p> : null}
        {wallets?.length === 0 ? (
          <p className="text-sm text-ink-2">
            This browser has no wallet. Open the page where the wallet of your receiving address is installed.
          </p>
        ) : null}
        <ul aria-labelledby={heading} className="flex flex-wrap gap-2 empty:hidden">
          {(wallets ?? []).map((wallet) => (
            <li key={wallet.id}>
              <Button busy={step !== null} onClick={() => void begin(wallet)}>
                {wallet.icon ? <img src={wallet.icon} alt="" className="size-5" /> : null}
                {wallet.name}
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Null until wallets were searched for. */
const useWallets = (script: string | null): readonly Wallet[] | null => {
  const [wallets, setWallets] = useState<readonly Wallet[] | null>(null);
  useEffect(() => {
    let stop = (): void => {};
    let unmounted = false;
    if (script) loadWalletScript(script);
    void discoverWallets('Browser wallet', (found) => {
      if (!unmounted) setWallets(found);
    }).then((end) => {
      if (unmounted) end();
      stop = end;
    });
    return () => {
      unmounted = true;
      stop();
    };
  }, [script]);
  return wallets;
};
