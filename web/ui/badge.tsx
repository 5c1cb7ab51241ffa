// A status label with an icon, so that colour is not the only sign.
import { AlertTriangle, CheckCircle2, Circle, CircleDashed, XCircle } from 'lucide-react';
import type { ReactNode } from 'react';

export type Tone = 'plain' | 'ok' | 'warn' | 'bad' | 'busy';

const TONES = {
  plain: { className: 'bg-sunken text-ink-2', Icon: Circle },
  ok: { className: 'bg-ok-tint text-ok', Icon: CheckCircle2 },
  warn: { className: 'bg-warn-tint text-warn', Icon: AlertTriangle },
  bad: { className: 'bg-bad-tint text-bad', Icon: XCircle },
  busy: { className: 'bg-brand-tint text-brand', Icon: CircleDashed },
} as const;

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  const { className, Icon } = TONES[tone];
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-semibold whitespace-nowrap ${className}`}
    >
      <Icon size={12} aria-hidden />
      {children}
    </span>
  );
}
