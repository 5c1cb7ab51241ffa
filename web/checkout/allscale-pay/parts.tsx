// Small parts that the steps share: notices, what is being done, and a heading that takes the focus when its step begins.
import { createContext, type ReactNode, type RefObject, useContext, useEffect, useRef, useState } from 'react';
import { failureOf } from './failures.ts';
import { useAllScaleText } from './text/allscale-text.tsx';
import type { AllScaleErrorKey } from './text/en.ts';

/** Decisions of the shopper are told in a neutral tone; they are no faults. */
const NEUTRAL: ReadonlySet<AllScaleErrorKey> = new Set(['error_dismissed', 'error_already_sent']);

export function Notice({ notice }: { notice: AllScaleErrorKey | null }) {
  const t = useAllScaleText();
  const tone = notice && NEUTRAL.has(notice) ? 'bg-sunken text-ink' : 'bg-warn-tint text-warn';
  // The live region stands before there is something to say, or screen readers miss it.
  return (
    <div role="status" data-notice={notice ?? ''} className="empty:hidden">
      {notice ? <p className={`rounded-lg p-3 text-sm ${tone}`}>{t(notice)}</p> : null}
    </div>
  );
}

export function Busy({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="rounded-lg bg-brand-tint p-3 text-sm">
      {children}
    </p>
  );
}

const Used = createContext<RefObject<boolean>>({ current: false });

/** Knows whether the shopper did something in the panel: until then the focus stays where it is. */
export function StepsFrame({ step, children }: { step: string; children: ReactNode }) {
  const used = useRef(false);
  const use = (): void => {
    used.current = true;
  };
  return (
    <Used.Provider value={used}>
      {/* It listens only; what is pressed are the buttons inside. */}
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

/** One step of the payment; its heading takes the focus when the step before it was the shopper's doing. */
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

export interface Doing {
  busy: boolean;
  notice: AllScaleErrorKey | null;
  /** Runs it unless something runs already; a failure becomes `notice`. */
  run(work: () => Promise<void>): Promise<void>;
}

export const useDoing = (firstNotice: AllScaleErrorKey | null = null): Doing => {
  const [busy, setBusy] = useState(false);
  const [notice, setNotice] = useState(firstNotice);
  return {
    busy,
    notice,
    async run(work) {
      if (busy) return;
      setBusy(true);
      setNotice(null);
      try {
        await work();
      } catch (error) {
        setNotice(failureOf(error));
      } finally {
        setBusy(false);
      }
    },
  };
};
