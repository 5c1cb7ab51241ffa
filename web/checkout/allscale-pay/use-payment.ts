// The payment by AllScale Pay as a hook: creates the controller, reads the state, follows the amount due, and reports progress.
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { PayPanelProps } from '../parts/pay-panel-props.ts';
import { payClient } from './pay-client.ts';
import { createPayController, type PayController } from './pay-controller.ts';
import { INITIAL, type PayFlow } from './pay-flow.ts';

/** Checks whether a sent payment has failed. The page itself sees that it arrived. */
const LOOK_AGAIN_MS = 5_000;

export interface Payment {
  state: PayFlow;
  controller: PayController;
  /** The list picked a row. */
  onPaying(paying: Paying | undefined): void;
}

interface Paying {
  amount: string;
  coin: string;
}

export const usePayment = ({ summary, state: { due }, onProgress }: PayPanelProps): Payment => {
  const [controller] = useState(() =>
    createPayController(payClient(summary.id), async (wallet, means, transaction) => {
      const { signWithSealedKey } = await import('#web/account/keys/sealed-key.ts');
      return await signWithSealedKey(wallet, means, transaction);
    }),
  );
  const state = useSyncExternalStore(controller.subscribe, controller.getState, () => INITIAL);
  useEffect(() => void controller.read(), [controller]);
  useDue(due, controller);
  useWaiting(state.step === 'sent', controller);

  const report = useRef(onProgress);
  report.current = onProgress;
  const [paying, onPaying] = useState<Paying | undefined>();
  const sent = state.step === 'sent';
  const txHash = sent ? state.txHash : null;
  const approving = state.step === 'approving';
  useEffect(() => {
    report.current(sent ? { step: 'sent', txHash } : approving ? { step: 'approving' } : { step: 'idle', paying });
  }, [sent, txHash, approving, paying]);
  return { state, controller, onPaying };
};

const useDue = (due: string, controller: PayController): void => {
  const before = useRef(due);
  useEffect(() => {
    if (before.current === due) return;
    before.current = due;
    void controller.dueChanged();
  }, [due, controller]);
};

const useWaiting = (waiting: boolean, controller: PayController): void => {
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => void controller.lookAgain(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [waiting, controller]);
};
