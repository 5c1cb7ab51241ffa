// Returns to the shop some seconds after the payment was confirmed, when the store wants it and the shopper does not stop it. A page
// that is opened later does not return.
import { useEffect, useState } from 'react';
import { useText } from '#web/text/text.ts';
import type { CheckoutSummary, PaidPhase } from '../server/view-types.ts';

const SECONDS = 8;
const FRESH_MS = 10 * 60_000;

interface AutomaticReturnProps {
  state: PaidPhase;
  summary: CheckoutSummary;
  /** The server's clock, epoch ms: the browser's may be wrong. */
  now: number;
}

export function AutomaticReturn({ state, summary, now }: AutomaticReturnProps) {
  const t = useText();
  const [left, setLeft] = useState<number | null>(null);
  const { returnUrl } = summary;
  const isFresh = now - Date.parse(state.confirmedAt) < FRESH_MS;
  useEffect(() => {
    if (summary.returnsAutomatically && returnUrl && isFresh) setLeft(SECONDS);
  }, [summary.returnsAutomatically, returnUrl, isFresh]);
  useEffect(() => {
    if (left === null || !returnUrl) return;
    if (left === 0) {
      window.location.assign(returnUrl);
      return;
    }
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left, returnUrl]);
  if (left === null) return null;
  return (
    <p className="flex flex-wrap items-center justify-between gap-2 text-sm text-ink-2" data-testid="automatic-return">
      {t('paid.returning', { store: summary.store.name, seconds: left })}
      <button type="button" className="button px-3 text-sm" onClick={() => setLeft(null)}>
        {t('paid.stay')}
      </button>
    </p>
  );
}
