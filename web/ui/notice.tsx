// A message on a page: something was done, needs attention, or failed. Each has a shape and a word besides its colour.
import { AlertTriangle, CheckCircle2, Info, XCircle } from 'lucide-react';
import type { ReactNode } from 'react';

const LOOKS = {
  info: { className: 'bg-brand-tint text-ink', Icon: Info },
  ok: { className: 'bg-ok-tint text-ok', Icon: CheckCircle2 },
  warn: { className: 'bg-warn-tint text-warn', Icon: AlertTriangle },
  bad: { className: 'bg-bad-tint text-bad', Icon: XCircle },
} as const;

interface NoticeProps {
  tone?: keyof typeof LOOKS;
  title?: ReactNode;
  /** It is news: read out when it comes. A failure always is. */
  announced?: boolean;
  children?: ReactNode;
}

export function Notice({ tone = 'info', title, announced = false, children }: NoticeProps) {
  const { className, Icon } = LOOKS[tone];
  const role = tone === 'bad' ? 'alert' : announced ? 'status' : undefined;
  return (
    <div role={role} className={`flex items-start gap-3 rounded-lg p-3 text-sm ${className}`}>
      <Icon size={18} className="mt-0.5 flex-none" aria-hidden />
      <div className="grid min-w-0 gap-1">
        {title ? <p className="font-semibold">{title}</p> : null}
        {children ? <div className="wrap-anywhere">{children}</div> : null}
      </div>
    </div>
  );
}
