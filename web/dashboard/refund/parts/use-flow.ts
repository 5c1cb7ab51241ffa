// One action of a wallet at a time: the step it is at, and why the last one stopped.
import { useState } from 'react';
import { type FlowStep, FlowStop } from './refund-flow.ts';

type FlowAction = (onStep: (step: FlowStep) => void) => Promise<unknown>;

/** @param onEnd called after every action, also one that stopped */
export const useFlow = (onEnd = (): void => {}) => {
  const [step, setStep] = useState<FlowStep | null>(null);
  const [stopped, setStopped] = useState<string | null>(null);
  /** Does nothing while an action runs. */
  const run = async (action: FlowAction): Promise<void> => {
    if (step !== null) return;
    setStopped(null);
    try {
      await action(setStep);
    } catch (error) {
      setStopped(error instanceof FlowStop ? error.message : 'Something failed on this page. Reload it.');
    }
    setStep(null);
    onEnd();
  };
  return { step, stopped, setStopped, run };
};
