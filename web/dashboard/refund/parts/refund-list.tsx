// The refunds of an order: done, under way and failed. One that was recorded and not sent can be sent from here.
import { useRevalidator } from '@remix-run/react';
import { useState } from 'react';
import type { Wallet } from '#web/checkout/browser-wallet/eip1193.ts';
import { REFUND_STATES } from '#web/text/refund-states.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { ExistingRefund, OrderToSend } from '../server/refund-types.ts';
import { FlowStatus } from './flow-status.tsx';
import { OtherWays } from './other-ways.tsx';
import { FlowStop, post, sendRecorded } from './refund-flow.ts';
import type { WalletAccess } from './refund-types.ts';
import { useFlow } from './use-flow.ts';
import { WalletChoice } from './wallet-choice.tsx';

interface RefundListProps {
  refunds: readonly ExistingRefund[];
  url: string;
  access: WalletAccess;
}

export function RefundList({ refunds, url, access }: RefundListProps) {
  return (
    <Card title="Refunds of this order">
      <ul className="grid gap-6">
        {refunds.toReversed().map((refund) => (
          <li key={refund.id} className="grid min-w-0 gap-3">
            <p className="flex flex-wrap items-center gap-2">
              <Money amount={refund.net} unit={refund.coin} /> on {refund.network}
              {refund.isWithdrawn ? (
                <Badge tone="plain">Withdrawn</Badge>
              ) : (
                <Badge tone={REFUND_STATES[refund.state].tone}>{REFUND_STATES[refund.state].label}</Badge>
              )}
            </p>
            <Facts rows={factsOf(refund)} />
            {refund.failure ? <Notice tone="warn">{refund.failure}</Notice> : null}
            {refund.toSend ? <SendRecorded order={refund.toSend} {...{ url, access }} /> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

const mono = (text: string) => <span className="font-mono text-xs wrap-anywhere">{text}</span>;

const factsOf = ({ to, payer, txHash, explorerUrl, requestedBy, source }: ExistingRefund) => [
  { label: 'To', value: mono(to) },
  ...(to === payer ? [] : [{ label: 'Payer', value: mono(payer) }]),
  { label: 'Ordered by', value: requestedBy },
  {
    label: 'Transaction',
    value: txHash ? (
      explorerUrl ? (
        <a className="font-mono text-xs text-brand underline wrap-anywhere" href={explorerUrl} rel="noreferrer">
          {txHash}
        </a>
      ) : (
        mono(txHash)
      )
    ) : (
      'not sent yet'
    ),
  },
  ...(source === 'external' ? [{ label: 'Paid', value: 'outside this page; recorded by its transaction' }] : []),
];

function SendRecorded({ order, url, access }: { order: OrderToSend; url: string; access: WalletAccess }) {
  const { revalidate } = useRevalidator();
  const { step, stopped, run } = useFlow(revalidate);
  const begin = ({ provider: wallet }: Wallet): Promise<void> =>
    run((onStep) => sendRecorded({ url, wallet, onStep }, order));
  return (
    <div className="grid min-w-0 gap-4">
      <Notice tone="warn" title="It waits to be sent">
        Send it from the receiving address. Until then, or until it expires{order.paymentUri ? ' or is withdrawn' : ''},
        this money cannot be refunded otherwise.
      </Notice>
      <FlowStatus {...{ step, stopped }} />
      <WalletChoice
        title="Send with"
        chainId={order.chainId}
        busy={step !== null}
        onChoose={(wallet) => void begin(wallet)}
        access={access}
      />
      <OtherWays order={order} />
      {order.paymentUri ? <Withdraw id={order.id} url={url} /> : null}
    </div>
  );
}

/** A release order cannot be withdrawn: anyone who has it can carry it out until it expires. */
function Withdraw({ id, url }: { id: string; url: string }) {
  const { revalidate } = useRevalidator();
  const [busy, setBusy] = useState(false);
  const [stopped, setStopped] = useState<string | null>(null);
  const withdraw = async (): Promise<void> => {
    setBusy(true);
    setStopped(null);
    try {
      await post(url, { do: 'withdraw', id });
    } catch (error) {
      setStopped(error instanceof FlowStop ? error.message : 'Something failed on this page. Reload it.');
    }
    setBusy(false);
    revalidate();
  };
  return (
    <details className="min-w-0">
      <Summary>Withdraw this transfer</Summary>
      <div className="mt-3 grid gap-3">
        <p className="text-sm text-ink-2">
          Its money can be refunded otherwise at once. First reject it in every wallet that has it open, and in the
          Safe: if it is sent all the same, it is recorded as this refund.
        </p>
        {stopped ? <Notice tone="bad">{stopped}</Notice> : null}
        <div>
          <Button busy={busy} onClick={() => void withdraw()}>
            Withdraw
          </Button>
        </div>
      </div>
    </details>
  );
}
