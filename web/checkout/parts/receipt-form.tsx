// A receipt by e-mail: optional, quiet, and never in the way of the payment. With scripts the answer comes in place; without, on a
// page of its own with the same form.
import { useFetcher } from '@remix-run/react';
import { useText } from '#web/text/text.ts';
import type { ReceiptResult } from '../server/receipt-service.ts';
import type { CheckoutSummary } from '../server/view-types.ts';

export interface AnsweredReceipt {
  email: string;
  response: ReceiptResult;
}

interface ReceiptFormProps {
  summary: CheckoutSummary;
  /** The answer that the page came with. */
  responded?: AnsweredReceipt | undefined;
}

const FIELD = 'receipt-email';
const ANSWER = 'receipt-answer';
const GOOD: ReadonlySet<ReceiptResult> = new Set(['later', 'sent']);

export function ReceiptForm({ summary, responded: answered }: ReceiptFormProps) {
  const t = useText();
  const fetcher = useFetcher<AnsweredReceipt>();
  const busy = fetcher.state === 'submitting';
  const shown = fetcher.data ?? answered;
  const good = shown && GOOD.has(shown.response);
  return (
    <fetcher.Form method="post" action={`/checkout/${summary.id}/receipt-email`} className="grid gap-2">
      <label htmlFor={FIELD} className="text-sm font-semibold">
        {t('receiptMail.label')}
      </label>
      <input
        id={FIELD}
        name="email"
        type="email"
        defaultValue={answered?.email}
        aria-describedby={ANSWER}
        aria-invalid={shown?.response === 'badEmail'}
        required
        maxLength={254}
        autoComplete="email"
        className="min-h-11 w-full rounded-lg border border-control bg-surface px-3 text-base"
      />
      <p id={ANSWER} role="status" className={`text-sm ${shown ? (good ? 'text-ok' : 'text-bad') : 'text-ink-2'}`}>
        {t(shown ? `receiptMail.${shown.response}` : 'receiptMail.hint')}
      </p>
      <button type="submit" className="button" disabled={busy}>
        {t('receiptMail.send')}
      </button>
    </fetcher.Form>
  );
}

/** Folded away on the checkout itself. */
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
