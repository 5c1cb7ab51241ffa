// A receipt by e-mail. With JavaScript the result is shown in place; without, on a page of its own with the same form.
import { useFetcher } from '@remix-run/react';
import { useText } from '#web/text/text.ts';
import type { ReceiptResult } from '../server/receipt-service.ts';
import type { CheckoutSummary } from '../server/view-types.ts';
import { type ReceiptReply, typedValue } from './form-reply.ts';

interface ReceiptFormProps {
  summary: CheckoutSummary;
  /** The action's, when the page was rendered after a submission. */
  reply?: ReceiptReply | undefined;
}

const FIELD = 'receipt-email';
const RESULT = 'receipt-result';
const GOOD: ReadonlySet<ReceiptResult> = new Set(['later', 'sent']);

export function ReceiptForm({ summary, reply }: ReceiptFormProps) {
  const t = useText();
  const fetcher = useFetcher<ReceiptReply>();
  const busy = fetcher.state === 'submitting';
  const shown = fetcher.data ?? reply;
  const good = shown && GOOD.has(shown.outcome);
  return (
    <fetcher.Form method="post" action={`/checkout/${summary.id}/receipt-email`} className="grid gap-2">
      <label htmlFor={FIELD} className="text-sm font-semibold">
        {t('receiptMail.label')}
      </label>
      <input
        id={FIELD}
        name="email"
        type="email"
        defaultValue={typedValue(reply?.result, 'email')}
        aria-describedby={RESULT}
        aria-invalid={shown?.outcome === 'badEmail'}
        required
        maxLength={254}
        autoComplete="email"
        className="min-h-11 w-full rounded-lg border border-control bg-surface px-3 text-base"
      />
      <p id={RESULT} role="status" className={`text-sm ${shown ? (good ? 'text-ok' : 'text-bad') : 'text-ink-2'}`}>
        {t(shown ? `receiptMail.${shown.outcome}` : 'receiptMail.hint')}
      </p>
      <button type="submit" className="button" disabled={busy}>
        {t('receiptMail.send')}
      </button>
    </fetcher.Form>
  );
}

/** Collapsed on the checkout itself. */
export function ReceiptOffer({ summary }: { summary: CheckoutSummary }) {
  const t = useText();
  return (
    <details className="no-print mt-5 border-t border-line pt-2">
      <summary className="link flex min-h-11 cursor-pointer items-center text-sm">{t('receiptMail.title')}</summary>
      <div className="pt-2">
        <ReceiptForm summary={summary} />
      </div>
    </details>
  );
}
