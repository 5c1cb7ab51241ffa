// Refunds one piece of money: the amounts, who must sign, and the wallet that signs and sends it.
import { useRevalidator } from '@remix-run/react';
import { useEffect, useId, useState } from 'react';
import { discoverWallets, loadWalletScript } from '#web/checkout/browser-wallet/discovery.ts';
import type { Wallet } from '#web/checkout/browser-wallet/eip1193.ts';
import { Badge, type Tone } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { TextArea } from '#web/ui/field.tsx';
import { Money } from '#web/ui/money.tsx';
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

const STATES: Record<NonNullable<RefundOffer['existing']>['state'], { label: string; tone: Tone }> = {
  signed: { label: 'Signed, not sent', tone: 'warn' },
  sent: { label: 'Being refunded', tone: 'busy' },
  confirmed: { label: 'Refunded', tone: 'ok' },
  failed: { label: 'Failed', tone: 'bad' },
};

interface RefundPanelProps {
  offer: RefundOffer;
  /** Where the panel's requests go. */
  url: string;
  /** Announces the development wallet; null outside development. */
  walletScript: string | null;
}

export function RefundPanel({ offer, url, walletScript }: RefundPanelProps) {
  const { existing } = offer;
  const done = existing && existing.state !== 'signed';
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          {offer.target.kind === 'surplus' ? 'Surplus' : 'Money that needs a decision'}
          {existing ? <Badge tone={STATES[existing.state].tone}>{STATES[existing.state].label}</Badge> : null}
        </span>
      }
      lead={
        offer.source === 'deposit'
          ? 'It is at this order’s deposit address. The receiving address signs an order that refunds it to the payer.'
          : 'It was paid out to your receiving address, which refunds it with a plain transfer.'
      }
    >
      <div className="grid gap-4">
        <Facts
          rows={[
            {
              label: 'Amount',
              value: (
                <>
                  <Money amount={offer.amount} unit={offer.coin} /> on {offer.network}
                </>
              ),
            },
            {
              label: 'Platform’s fee',
              value:
                offer.source === 'deposit' ? (
                  <>
                    <Money amount={offer.fee} unit={offer.coin} />{' '}
                    <span className="text-ink-2">taken by the contract</span>
                  </>
                ) : (
                  'none'
                ),
            },
            {
              label: 'The payer gets',
              value: (
                <strong>
                  <Money amount={offer.net} unit={offer.coin} />
                </strong>
              ),
            },
            { label: 'Payer', value: <span className="font-mono text-xs">{offer.payer}</span> },
            { label: 'Must sign', value: <span className="font-mono text-xs">{offer.receiver}</span> },
            {
              label: offer.source === 'deposit' ? 'Balance of the deposit address' : 'Balance of the wallet',
              value: offer.held === null ? 'unknown at the moment' : <Money amount={offer.held} unit={offer.coin} />,
            },
            ...(existing
              ? [
                  { label: 'Ordered by', value: existing.requestedBy },
                  {
                    label: 'Transaction',
                    value: existing.txHash ? (
                      existing.explorerUrl ? (
                        <a
                          className="font-mono text-xs text-brand underline"
                          href={existing.explorerUrl}
                          rel="noreferrer"
                        >
                          {existing.txHash}
                        </a>
                      ) : (
                        <span className="font-mono text-xs">{existing.txHash}</span>
                      )
                    ) : (
                      'not sent yet'
                    ),
                  },
                ]
              : []),
          ]}
        />
        {offer.problem ? (
          <Notice tone="warn" title="This cannot be refunded now">
            {offer.problem}
          </Notice>
        ) : null}
        {done || offer.problem ? null : <SendForm {...{ offer, url, walletScript }} />}
      </div>
    </Card>
  );
}

function SendForm({ offer, url, walletScript }: RefundPanelProps) {
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
