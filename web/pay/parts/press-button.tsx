// The button that leads to the payment. Busy while its form is being sent.
import { useNavigation } from '@remix-run/react';
import type { ReactNode } from 'react';
import { TaskButton } from '#web/ui/task-button.tsx';
import { usePayText } from '../text/pay-text.ts';

export function PressButton({ className = '', children }: { className?: string; children: ReactNode }) {
  const t = usePayText();
  const busy = useNavigation().state !== 'idle';
  return (
    <TaskButton type="submit" className={`button button-primary w-full py-3 text-base ${className}`} busy={busy}>
      {busy ? t('busy') : children}
    </TaskButton>
  );
}
