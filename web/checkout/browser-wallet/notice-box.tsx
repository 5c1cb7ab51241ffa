// The notice of a step: what happened, whether money moved, and what to do.
import { NoticeRegion } from '#web/ui/notice.tsx';
import type { Notice } from './payment-machine.ts';
import { useWalletText } from './text/wallet-text.tsx';

/** Decisions of the shopper are no faults. */
const NEUTRAL: ReadonlySet<Notice> = new Set(['dismissed', 'switch_dismissed']);

export function NoticeBox({ notice }: { notice: Notice | null }) {
  const t = useWalletText();
  return (
    <NoticeRegion name={notice} tone={notice && NEUTRAL.has(notice) ? 'neutral' : 'warn'}>
      {notice ? t(`notice_${notice}`) : null}
    </NoticeRegion>
  );
}
