// A message on a page: something was done, needs attention, or failed. Each tone has an icon or says it in words, besides its
// colour.
import { AlertTriangle, CheckCircle2, Info, XCircle } from 'lucide-react';
import type { ReactNode } from 'react';

const TONES = {
  info: { className: 'bg-brand-tint text-ink', Icon: Info },
  ok: { className: 'bg-ok-tint text-ok', Icon: CheckCircle2 },
  warn: { className: 'bg-warn-tint text-warn', Icon: AlertTriangle },
  bad: { className: 'bg-bad-tint text-bad', Icon: XCircle },
  /** Decisions of the reader, which are no faults. */
  neutral: { className: 'bg-sunken text-ink', Icon: Info },
  /** Remarks. */
  quiet: { className: 'bg-sunken text-ink-2', Icon: Info },
} as const;

interface NoticeProps {
  tone?: keyof typeof TONES;
  title?: ReactNode;
  /** Read out when it appears. */
  announced?: boolean;
  /** Read out at once. `bad` always is. */
  urgent?: boolean;
  /** Without the icon. */
  plain?: boolean;
  className?: string;
  children?: ReactNode;
}

export function Notice({
  tone = 'info',
  title,
  announced = false,
  urgent = tone === 'bad',
  plain = false,
  className = '',
  children,
}: NoticeProps) {
  const { className: colours, Icon } = TONES[tone];
  const role = urgent ? 'alert' : announced ? 'status' : undefined;
  if (plain) {
    return (
      <div role={role} className={`rounded-lg p-3 text-sm text-pretty wrap-anywhere ${colours} ${className}`}>
        {title ? <p className="font-semibold">{title}</p> : null}
        {title && children ? <p className="mt-1">{children}</p> : children}
      </div>
    );
  }
  return (
    <div role={role} className={`flex items-start gap-3 rounded-lg p-3 text-sm ${colours} ${className}`}>
      <Icon size={18} className="mt-0.5 flex-none" aria-hidden />
      <div className="grid min-w-0 gap-1">
        {title ? <p className="font-semibold wrap-anywhere">{title}</p> : null}
        {children ? <div className="wrap-anywhere">{children}</div> : null}
      </div>
    </div>
  );
}

interface NoticeRegionProps {
  /** The notice that is shown, by its name; null for none. */
  name: string | null;
  tone: keyof typeof TONES;
  className?: string;
  children?: ReactNode;
}

/** Where a notice appears later: screen readers announce it only when its live region was on the page before. */
export function NoticeRegion({ name, tone, className, children }: NoticeRegionProps) {
  return (
    <div role="status" data-notice={name ?? ''} className={className}>
      {name === null ? null : (
        <Notice plain tone={tone}>
          {children}
        </Notice>
      )}
    </div>
  );
}
