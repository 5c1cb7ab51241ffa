// The panel of the payment by browser wallet: the list of wallets, then the steps of one payment. Loaded when the method is chosen.
import { useSearchParams } from '@remix-run/react';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { isByHand, PICKED_PARAMETER } from '../parts/choice-of.ts';
import type { PayPanelProps, PayProgress } from '../parts/pay-panel-props.ts';
import { Receiver } from '../parts/receiver.tsx';
import type { WalletOptions } from '../server/wallet-types.ts';
import { loadWalletScript } from './discovery.ts';
import { createPaymentController, type PaymentTarget } from './payment-controller.ts';
import { INITIAL, type PaymentState } from './payment-machine.ts';
import { PaymentSteps } from './payment-steps.tsx';
import { useWalletText, WalletTexts } from './text/wallet-text.tsx';
import { useWallets } from './use-wallets.ts';
import { WalletList } from './wallet-list.tsx';
import { readWalletOptions, walletServer } from './wallet-server.ts';

export default function WalletPayment(props: PayPanelProps) {
  return (
    <WalletTexts>
      <WalletPanel {...props} />
    </WalletTexts>
  );
}

function WalletPanel({ summary, state: view, onProgress }: PayPanelProps) {
  const { coin, network } = view.choice;
  const [parameters, setParameters] = useSearchParams();
  const byHand = isByHand(parameters);
  const target = useMemo<PaymentTarget>(
    () => ({ coin: coin.symbol, network: String(network.chainId), due: view.due, isByHand: byHand }),
    [coin.symbol, network.chainId, view.due, byHand],
  );
  const show = useRef(setParameters);
  show.current = setParameters;
  const [controller] = useState(() =>
    createPaymentController(walletServer(summary.id), target, (pick) =>
      show.current(
        (before) => new URLSearchParams({ ...Object.fromEntries(before), ...pick, [PICKED_PARAMETER]: 'wallet' }),
        { replace: true, preventScrollReset: true },
      ),
    ),
  );
  const state = useSyncExternalStore(controller.subscribe, controller.getState, () => INITIAL);
  const wallets = useWallets(useWalletText()('browser_wallet'));
  const options = useOptions(summary.id);

  useEffect(() => () => controller.leave(), [controller]);
  useEffect(() => controller.setTarget(target), [controller, target]);
  const sentTxHash = options?.sentTxHash;
  useEffect(() => {
    if (sentTxHash) controller.showSent(sentTxHash);
  }, [controller, sentTxHash]);
  useProgress(state, onProgress);
  const panel = useKeptFocus(state.step);

  return (
    <div ref={panel} tabIndex={-1} data-step={state.step} className="focus:outline-none">
      {state.step === 'choosing' ? (
        <div className="grid gap-3">
          {wallets ? <Receiver state={view} /> : null}
          <WalletList
            wallets={wallets}
            notice={state.notice}
            walletConnectProjectId={options?.walletConnectProjectId ?? null}
            networks={view.networks.map(({ chainId }) => chainId)}
            preferredChainId={network.chainId}
            storeName={summary.store.name}
            onChoose={(wallet) => void controller.choose(wallet)}
          />
        </div>
      ) : (
        <PaymentSteps state={state} controller={controller} />
      )}
    </div>
  );
}

/** The pressed button disappears with its step: moves the focus to the panel then. */
const useKeptFocus = (step: PaymentState['step']) => {
  const panel = useRef<HTMLDivElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    if (document.activeElement === document.body) panel.current?.focus({ preventScroll: true });
  }, [step]);
  return panel;
};

/** The server's options; null until known. */
const useOptions = (intentId: string): WalletOptions | null => {
  const [options, setOptions] = useState<WalletOptions | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    readWalletOptions(intentId, abort.signal).then(
      (read) => {
        if (abort.signal.aborted) return;
        setOptions(read);
        if (read.developmentWalletScript) loadWalletScript(read.developmentWalletScript);
      },
      // Without a response the list has the browser's own wallets only.
      () => {},
    );
    return () => abort.abort();
  }, [intentId]);
  return options;
};

/** Reports the progress to the page, once for each step. */
const useProgress = (state: PaymentState, onProgress: (progress: PayProgress) => void): void => {
  const report = useRef(onProgress);
  report.current = onProgress;
  const txHash = state.step === 'sent' ? (state.txHash as `0x${string}`) : null;
  const approving = state.step === 'sending';
  useEffect(() => {
    report.current(txHash ? { step: 'sent', txHash } : { step: approving ? 'approving' : 'idle' });
  }, [txHash, approving]);
};
