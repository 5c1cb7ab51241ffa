// The button that leads to the payment. Disabled while its form is being sent.
import { useNavigation } from '@remix-run/react';
import type { ReactNode } from 'react';
import { usePayText } from '../text/pay-text.ts';

export function PressButton({ className = '', children }: { className?: string; children: ReactNode }) {
  const t = usePayText();
  const busy = useNavigation().state !== 'idle';
  return (
    <button
      type="submit"
      className={`button button-primary w-full py-3 text-base ${className}`}
      disabled={busy}
      aria-busy={busy || undefined}
    >
      {busy ? t('busy') : children}
    </button>
  );
}
