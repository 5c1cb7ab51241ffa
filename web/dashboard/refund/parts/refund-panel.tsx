// One piece of money that can be or was refunded: its amounts, who must sign, its state, and the form that refunds it.
import { Badge, type Tone } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type { RefundOffer } from '../server/refund-types.ts';
import { RefundForm, type RefundFormProps } from './refund-form.tsx';

const STATES: Record<NonNullable<RefundOffer['existing']>['state'], { label: string; tone: Tone }> = {
  signed: { label: 'Signed, not sent', tone: 'warn' },
  sent: { label: 'Being refunded', tone: 'busy' },
  confirmed: { label: 'Refunded', tone: 'ok' },
  failed: { label: 'Failed', tone: 'bad' },
};

const TITLES: Record<RefundOffer['of'], string> = {
  surplus: 'Surplus',
  review: 'Money that needs a decision',
  payment: 'Payment',
};

export function RefundPanel({ offer, url, walletScript }: RefundFormProps) {
  const { existing } = offer;
  const done = existing && existing.state !== 'signed';
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          {TITLES[offer.of]}
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
        {done || offer.problem ? null : <RefundForm {...{ offer, url, walletScript }} />}
      </div>
    </Card>
  );
}
