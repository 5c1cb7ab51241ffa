// The decoded transaction, shown before the wallet opens.

import { AddressText } from '#web/ui/address-text.tsx';
import { Amount } from '#web/ui/amount.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type { WalletOrder } from '../server/wallet-types.ts';
import { useWalletText } from './text/wallet-text.tsx';

export function OrderReview({ order }: { order: WalletOrder }) {
  const t = useWalletText();
  const { network, fee } = order;
  return (
    <section className="rounded-lg border border-line px-3 py-2 sm:p-4" data-testid="wallet-review">
      <h2 className="font-semibold">{t('review_title')}</h2>
      <p className="text-sm text-ink-2">{t('review_lead')}</p>
      <dl className="mt-2 grid grid-cols-2 gap-x-3 gap-y-1.5 sm:gap-y-3">
        <Row label={t('amount')} name="amount">
          <span className="font-semibold wrap-anywhere">
            <Amount of={order.amount} /> {order.coin}
          </span>
        </Row>
        <Row label={t('network')} name="network">
          <span className="font-semibold">{network.chainName}</span>
        </Row>
        <Row label={t('recipient')} name="recipient" wide>
          <AddressText value={order.recipient} className="text-sm" />
        </Row>
        <Row label={t('token')} name="token" wide>
          <AddressText value={order.token} className="text-sm" />
        </Row>
        <Row label={t('fee')} name="fee" wide>
          {fee ? t('fee_about', { fee, symbol: network.nativeCurrency.symbol }) : t('fee_unknown')}
        </Row>
      </dl>
      {order.checked ? null : (
        <Notice plain tone="warn" className="mt-3">
          {t('unchecked', { network: network.chainName })}
        </Notice>
      )}
    </section>
  );
}

interface RowProps {
  label: string;
  name: string;
  wide?: boolean;
  children: React.ReactNode;
}

function Row({ label, name, wide = false, children }: RowProps) {
  return (
    <div className={wide ? 'col-span-2' : ''}>
      <dt className="text-sm text-ink-2">{label}</dt>
      <dd data-fact={name}>{children}</dd>
    </div>
  );
}
