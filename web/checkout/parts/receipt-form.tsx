// A receipt by e-mail. With JavaScript the result is shown in place; without, on a page of its own with the same form.
import { useFetcher } from '@remix-run/react';
import { type Translate, useText } from '#web/text/text.ts';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useOwnErrors } from '#web/ui/use-own-errors.ts';
import type { ReceiptResult } from '../server/receipt-service.ts';
import type { CheckoutSummary } from '../server/view-types.ts';
import { type ReceiptReply, typedValue } from './form-reply.ts';

interface ReceiptFormProps {
  summary: CheckoutSummary;
  /** For money that a person decides on: `updates` in place of a receipt. */
  purpose?: 'receiptMail' | 'updates';
  isPaid?: boolean;
  /** The action's, when the page was rendered after a submission. */
  reply?: ReceiptReply | undefined;
}

const FIELD = 'receipt-email';
const RESULT = 'receipt-result';
const GOOD: ReadonlySet<ReceiptResult> = new Set(['later', 'sent']);

const resultText = (
  t: Translate,
  purpose: 'receiptMail' | 'updates',
  outcome: ReceiptResult | undefined,
  { store, isPaid }: { store: string; isPaid: boolean },
): string => {
  if (!outcome) return t(`${purpose}.hint`, { store });
  if (outcome === 'elsewhere') return t('elsewhere.act', { store });
  // Asked for before the payment was confirmed, and still on the page afterwards.
  if (outcome === 'later') return isPaid ? t('receiptMail.paid') : t(`${purpose}.later`, { store });
  return t(`receiptMail.${outcome}`);
};

export function ReceiptForm({ summary, purpose = 'receiptMail', isPaid = false, reply }: ReceiptFormProps) {
  const t = useText();
  const fetcher = useFetcher<ReceiptReply>();
  const busy = fetcher.state === 'submitting';
  const shown = fetcher.data ?? reply;
  const own = useOwnErrors();
  const good = shown && GOOD.has(shown.outcome);
  return (
    <fetcher.Form method="post" action={`/checkout/${summary.id}/receipt-email`} className="grid gap-2">
      <label htmlFor={FIELD} className="text-sm font-semibold">
        {t(`${purpose}.label`)}
      </label>
      <input
        id={FIELD}
        name="email"
        type="email"
        {...own.handlers}
        defaultValue={typedValue(reply?.result, 'email')}
        aria-describedby={RESULT}
        aria-invalid={own.error !== null || shown?.outcome === 'badEmail'}
        required
        maxLength={254}
        autoComplete="email"
        className="min-h-11 w-full rounded-lg border border-control bg-surface px-3 text-base"
      />
      <p
        id={RESULT}
        role="status"
        className={`text-sm ${own.error ? 'text-bad' : shown ? (good ? 'text-ok' : 'text-bad') : 'text-ink-2'}`}
      >
        {own.error ?? resultText(t, purpose, shown?.outcome, { store: summary.store.name, isPaid })}
      </p>
      <TaskButton type="submit" className="button" busy={busy}>
        {t(`${purpose}.send`)}
      </TaskButton>
    </fetcher.Form>
  );
}

/** Collapsed on the checkout itself. */
export function ReceiptOffer({ summary, purpose = 'receiptMail', isPaid = false }: Omit<ReceiptFormProps, 'reply'>) {
  const t = useText();
  return (
    <details className="no-print mt-5 border-t border-line pt-2">
      <summary className="link flex min-h-11 cursor-pointer items-center text-sm">{t(`${purpose}.title`)}</summary>
      <div className="pt-2">
        <ReceiptForm summary={summary} purpose={purpose} isPaid={isPaid} />
      </div>
    </details>
  );
}
