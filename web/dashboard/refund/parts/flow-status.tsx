// Says what the wallet is asked for, and why the last action stopped.
import { Notice } from '#web/ui/notice.tsx';
import type { FlowStep } from './refund-flow.ts';
import { STEPS } from './refund-steps.ts';

export function FlowStatus({ step, stopped }: { step: FlowStep | null; stopped: string | null }) {
  return (
    <>
      <div role="status" className="text-sm empty:hidden">
        {step === null ? null : STEPS[step]}
      </div>
      {stopped ? <Notice tone="bad">{stopped}</Notice> : null}
    </>
  );
}
