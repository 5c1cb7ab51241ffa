// A page of one form on the checkout, for browsers without JavaScript: the order, the form, and the languages.
import type { ReactNode } from 'react';
import { useText } from '#web/text/text.ts';
import { LanguageMenu } from '#web/ui/language-menu.tsx';
import type { CheckoutSummary } from '../server/view-types.ts';
import { OrderSummary } from './order-summary.tsx';

export function FormPage({ summary, children }: { summary: CheckoutSummary; children: ReactNode }) {
  return (
    <div className="mx-auto grid max-w-xl gap-4 px-4 py-8">
      <header className="card p-4">
        <OrderSummary summary={summary} />
      </header>
      <main className="card p-4 sm:p-6">{children}</main>
      <LanguageMenu />
    </div>
  );
}

export function BackToPayment({ summary }: { summary: CheckoutSummary }) {
  const t = useText();
  return (
    <p className="mt-4">
      <a className="button" href={`/checkout/${summary.id}`}>
        {t('receipt.back')}
      </a>
    </p>
  );
}
