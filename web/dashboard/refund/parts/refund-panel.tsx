// One payer's money in one coin on one network that can be refunded: its amounts, the terms, and the form that refunds it.
import { useRevalidator } from '@remix-run/react';
import { useEffect, useState } from 'react';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Facts } from '#web/ui/facts.tsx';
import { Money } from '#web/ui/money.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type { RefundOffer } from '../server/refund-types.ts';
import { FlowStop, post, type TermFields, targetText } from './refund-flow.ts';
import { RefundForm } from './refund-form.tsx';
import { fieldsOf, initialTerms, RefundTermsFields } from './refund-terms.tsx';
import type { WalletAccess } from './refund-types.ts';

const TITLES: Record<RefundOffer['of'], string> = {
  request: 'Requested refund',
  surplus: 'Surplus',
  review: 'Money that needs a decision',
  payment: 'Payment',
};

const LEADS: Record<'deposit' | 'wallet', string> = {
  deposit: 'Paid from this order’s deposit address: the receiving address signs an order for it.',
  wallet: 'Paid from your receiving address, by a plain transfer.',
};

export interface RefundPanelProps {
  offer: RefundOffer;
  chainId: number;
  url: string;
  access: WalletAccess;
}

export function RefundPanel({ offer, chainId, url, access }: RefundPanelProps) {
  const [state, setState] = useState(() => initialTerms(offer));
  const terms = fieldsOf(state, offer);
  const { quote, problem } = useQuote(url, offer, terms);
  return (
    <Card
      title={`${TITLES[offer.of]}: ${offer.coin} on ${offer.network}`}
      lead={LEADS[quote.source === 'deposit' ? 'deposit' : 'wallet']}
    >
      <div className="grid gap-4">
        {offer.request ? <RequestNotice {...{ offer, url }} /> : null}
        <Facts
          rows={[
            {
              label: 'Received',
              value: (
                <>
                  <Money amount={offer.received} unit={offer.coin} /> on {offer.network}
                </>
              ),
            },
            { label: 'Refunded or under way', value: <Money amount={offer.refunded} unit={offer.coin} /> },
            { label: 'Payer', value: <span className="font-mono text-xs wrap-anywhere">{offer.payer}</span> },
            { label: 'Must sign', value: <span className="font-mono text-xs wrap-anywhere">{offer.receiver}</span> },
          ]}
        />
        <RefundTermsFields
          {...{ offer, terms: state }}
          onChange={(change) => setState((before) => ({ ...before, ...change }))}
        />
        <div aria-live="polite">
          <Facts
            rows={[
              { label: 'Fee for the payer', value: <Money amount={quote.fee} unit={quote.coin} /> },
              {
                label: 'The payer gets',
                value: (
                  <strong>
                    <Money amount={quote.net} unit={quote.coin} />
                  </strong>
                ),
              },
              {
                label: quote.source === 'deposit' ? 'Balance of the deposit address' : 'Balance of the wallet',
                value: quote.held === null ? 'unknown at the moment' : <Money amount={quote.held} unit={quote.coin} />,
              },
            ]}
          />
        </div>
        <RefundForm {...{ offer, terms, chainId, url, access, problem }} />
      </div>
    </Card>
  );
}

function RequestNotice({ offer, url }: Pick<RefundPanelProps, 'offer' | 'url'>) {
  const { revalidate } = useRevalidator();
  if (!offer.request) return null;
  const { id, reason, requestedBy } = offer.request;
  const dismiss = () => void post(url, { do: 'cancel', id }).then(revalidate, revalidate);
  return (
    <Notice tone="info" title="Requested over the API">
      <p className="text-xs">
        With the key <span className="font-mono">{requestedBy}</span>
      </p>
      <p className="mt-2">{reason ?? 'No reason was given.'}</p>
      <p className="mt-2">
        <Button onClick={dismiss}>Dismiss the request</Button>
      </p>
    </Notice>
  );
}

const QUOTE_DELAY_MS = 300;

/** What a refund on these terms would do, read again when they change. */
const useQuote = (url: string, offer: RefundOffer, terms: TermFields) => {
  const [quote, setQuote] = useState(offer);
  const [rejected, setRejected] = useState<string | null>(null);
  const key = JSON.stringify(terms);
  const [quotedKey, setQuotedKey] = useState(key);
  useEffect(() => {
    if (key === quotedKey) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      post(url, { do: 'quote', target: targetText(offer), ...(JSON.parse(key) as TermFields) }).then(
        (reply) => {
          if (!isCurrent || reply.kind !== 'quote') return;
          setQuote(reply.offer);
          setRejected(null);
          setQuotedKey(key);
        },
        (error: unknown) => {
          if (isCurrent) setRejected(error instanceof FlowStop ? error.message : 'Something failed on this page.');
        },
      );
    }, QUOTE_DELAY_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [key, quotedKey, url, offer]);
  return { quote, problem: rejected ?? quote.problem };
};
