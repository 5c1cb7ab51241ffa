// The purchase that this page leads back to: store, amount and time left.
import { useState } from 'react';
import { Countdown } from '#web/checkout/parts/countdown.tsx';
import { StoreMark, TestMark } from '#web/checkout/parts/order-summary.tsx';
import { useText } from '#web/text/text.ts';
import { Amount } from '#web/ui/amount.tsx';
import type { Purchase } from '../server/purchase.ts';

export function PurchaseStrip({ purchase }: { purchase: Purchase }) {
  const t = useText();
  const { store, amount, coin, expiresAt, now, path } = purchase;
  const [over, setOver] = useState(false);
  return (
    <section aria-label={t('summary.label')} className="card mt-4 px-4 py-2" data-testid="purchase">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StoreMark store={store} />
        <p className="min-w-0 flex-1 basis-40 font-semibold wrap-anywhere">{store.name}</p>
        <p className="font-semibold whitespace-nowrap">
          <Amount of={amount} /> {coin}
        </p>
      </div>
      <TestMark store={store} />
      <div className="flex flex-wrap items-center justify-between gap-x-3">
        {over ? (
          <p className="text-sm font-semibold text-warn">{t('time.over')}</p>
        ) : (
          <Countdown expiresAt={expiresAt} now={now} onOver={() => setOver(true)} />
        )}
        <a className="link inline-flex min-h-11 items-center text-sm" href={path}>
          {t('receipt.back')}
        </a>
      </div>
    </section>
  );
}
