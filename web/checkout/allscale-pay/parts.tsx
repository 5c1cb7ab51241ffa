// Parts that the steps share: the notice of a failure, and a heading that takes the focus when its step begins.
import { createContext, type ReactNode, type RefObject, useContext, useEffect, useRef } from 'react';
import { NoticeRegion } from '#web/ui/notice.tsx';
import { useAllScaleText } from './text/allscale-text.tsx';
import type { AllScaleErrorKey } from './text/en.ts';

/** Decisions of the shopper are no faults. */
const NEUTRAL: ReadonlySet<AllScaleErrorKey> = new Set(['error_dismissed', 'error_already_sent']);

export function FailureNotice({ failure }: { failure: AllScaleErrorKey | null }) {
  const t = useAllScaleText();
  return (
    <NoticeRegion name={failure} tone={failure && NEUTRAL.has(failure) ? 'neutral' : 'warn'} className="empty:hidden">
      {failure ? t(failure) : null}
    </NoticeRegion>
  );
}

const Used = createContext<RefObject<boolean>>({ current: false });

/** Tracks whether the shopper has used the panel: until then no step takes the focus. */
export function StepsFrame({ step, children }: { step: string; children: ReactNode }) {
  const used = useRef(false);
  const use = (): void => {
    used.current = true;
  };
  return (
    <Used.Provider value={used}>
      {/* Only listens to the buttons inside. */}
      <div data-step={step} onClickCapture={use} onSubmitCapture={use}>
        {children}
      </div>
    </Used.Provider>
  );
}

interface StepProps {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}

/** One step of the payment. Its heading takes the focus when the shopper has used the panel. */
export function Step({ title, lead, children }: StepProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const used = useContext(Used);
  useEffect(() => {
    if (used.current) heading.current?.focus();
  }, [used]);
  return (
    <section className="grid gap-4">
      <div>
        <h2 ref={heading} tabIndex={-1} className="font-semibold focus:outline-none">
          {title}
        </h2>
        {lead ? <p className="text-sm text-ink-2">{lead}</p> : null}
      </div>
      {children}
    </section>
  );
}
