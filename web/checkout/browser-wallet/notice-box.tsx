// What went otherwise than expected: what happened, whether money moved, what to do.

import type { Notice } from './payment-machine.ts';
import { useWalletText } from './text/wallet-text.tsx';

/** Decisions of the shopper are told in a neutral tone; they are no faults. */
const NEUTRAL: ReadonlySet<Notice> = new Set(['dismissed', 'switch_dismissed']);

export function NoticeBox({ notice }: { notice: Notice | null }) {
  const t = useWalletText();
  const tone = notice && NEUTRAL.has(notice) ? 'bg-sunken text-ink' : 'bg-warn-tint text-warn';
  // The live region stands before there is something to say, or screen readers miss it.
  return (
    <div role="status" data-notice={notice ?? ''}>
      {notice ? <p className={`rounded-lg p-3 text-sm ${tone}`}>{t(`notice_${notice}`)}</p> : null}
    </div>
  );
}
