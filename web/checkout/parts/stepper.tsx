// Waiting → Sent → Confirming n/m → Fund Sent. Done steps have a check mark and a text, besides the colour. On phones the bars stand
// alone: the status line below says the current step.
import { Check } from 'lucide-react';
import { useText } from '#web/text/text.ts';
import type { CheckoutPhase, SeenTransfer } from '../server/view-types.ts';

/** Index of the current step, or null in phases that have none. */
const currentStep = (state: CheckoutPhase, sent: boolean): number | null => {
  if (state.phase === 'pay') return sent ? 1 : 0;
  if (state.phase === 'confirming') return 2;
  return state.phase === 'paid' ? 4 : null;
};

/** The transfer with the fewest confirmations: its count is the payment's. */
export const slowestConfirmation = (transfers: readonly SeenTransfer[]): SeenTransfer['confirmations'] =>
  transfers
    .filter(({ confirmed }) => !confirmed)
    .map(({ confirmations }) => confirmations)
    .reduce((slowest, next) => (next && (!slowest || next.seen < slowest.seen) ? next : slowest), null);

/** @param props.sent the page itself sent the payment, and it is in no block yet */
export function Stepper({ state, sent }: { state: CheckoutPhase; sent: boolean }) {
  const t = useText();
  const current = currentStep(state, sent);
  if (current === null) return null;
  const count = state.phase === 'confirming' ? slowestConfirmation(state.transfers) : null;
  const steps = [
    t('steps.waiting'),
    t('steps.sent'),
    count ? t('steps.confirming_count', count) : t('steps.confirming'),
    t('steps.done'),
  ];
  return (
    <ol aria-label={t('steps.label')} className="grid grid-cols-4 gap-2 text-sm" data-testid="stepper">
      {steps.map((label, index) => {
        const done = index < current;
        const active = index === current;
        const tone = done ? 'border-ok text-ok' : active ? 'border-brand text-ink' : 'border-line text-ink-3';
        return (
          <li
            // The steps are fixed, so the index is a stable key.
            key={steps.indexOf(label)}
            aria-current={active ? 'step' : undefined}
            className={`border-t-4 sm:pt-1.5 ${tone} ${active ? 'font-semibold' : ''}`}
          >
            <span className="flex items-center gap-x-1 max-sm:sr-only">
              {done ? <Check size={14} strokeWidth={3} aria-hidden /> : null}
              {label}
              {done ? <span className="sr-only"> ({t('steps.done_word')})</span> : null}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
