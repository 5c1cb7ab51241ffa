// The decoded transaction, shown before the wallet opens.
import { AddressText } from '#web/ui/address-text.tsx';
import { Notice } from '#web/ui/notice.tsx';
import type { WalletOrder } from '../server/wallet-types.ts';
import { useWalletText } from './text/wallet-text.tsx';

export function OrderReview({ order }: { order: WalletOrder }) {
  const t = useWalletText();
  const { network, fee } = order;
  return (
    <section className="rounded-lg border border-line p-4" data-testid="wallet-review">
      <h2 className="font-semibold">{t('review_title')}</h2>
      <p className="text-sm text-ink-2">{t('review_lead')}</p>
      <dl className="mt-3 grid gap-3">
        <Row label={t('amount')} name="amount">
          <span className="font-semibold wrap-anywhere">
            {order.amount} {order.coin}
          </span>
        </Row>
        <Row label={t('network')} name="network">
          <span className="font-semibold">{network.chainName}</span>
        </Row>
        <Row label={t('recipient')} name="recipient">
          <AddressText value={order.recipient} />
        </Row>
        <Row label={t('token')} name="token">
          <AddressText value={order.token} />
        </Row>
        <Row label={t('fee')} name="fee">
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

function Row({ label, name, children }: { label: string; name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-ink-2">{label}</dt>
      <dd data-fact={name}>{children}</dd>
    </div>
  );
}
