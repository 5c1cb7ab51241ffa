// The steps of one payment by the chosen wallet: connect, review, switch, approve, sent, and the ways it can stop.
import { type ReactNode, useEffect, useRef } from 'react';
import { AddressText } from '#web/ui/address-text.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { SentTransaction } from '../parts/sent-transaction.tsx';
import { NoticeBox } from './notice-box.tsx';
import { OrderReview } from './order-review.tsx';
import type { PaymentController } from './payment-controller.ts';
import { isOnRightChain, type PaymentState } from './payment-machine.ts';
import { useWalletText, type WalletText } from './text/wallet-text.tsx';
import { WalletIcon } from './wallet-list.tsx';

interface PaymentStepsProps {
  state: Exclude<PaymentState, { step: 'choosing' }>;
  controller: PaymentController;
}

export function PaymentSteps({ state, controller }: PaymentStepsProps) {
  const t = useWalletText();
  if (state.step === 'sent') return <Sent txHash={state.txHash} onAgain={() => controller.payAgain()} />;
  const mayLeave = state.step !== 'sending' && state.step !== 'verifying';
  return (
    <div className="grid gap-4">
      <div className="flex items-center gap-3">
        <WalletIcon icon={state.wallet.icon} />
        <p className="min-w-0 flex-1 wrap-anywhere">
          <span className="font-semibold">{state.wallet.name}</span>
          {'account' in state ? (
            <span className="block text-sm text-ink-2" data-testid="payer">
              <span className="sr-only">{t('account')} </span>
              <AddressText value={state.account} />
            </span>
          ) : null}
        </p>
      </div>
      <Step state={state} controller={controller} t={t} />
      {mayLeave ? (
        <button type="button" className="link min-h-11 justify-self-start" onClick={() => controller.leave()}>
          {t('other_wallet')}
        </button>
      ) : null}
    </div>
  );
}

interface StepProps {
  state: Exclude<PaymentState, { step: 'choosing' | 'sent' }>;
  controller: PaymentController;
  t: WalletText;
}

function Step({ state, controller, t }: StepProps): ReactNode {
  switch (state.step) {
    case 'connecting':
      return (
        <Notice plain announced>
          {t('connecting', { wallet: state.wallet.name })}
        </Notice>
      );
    case 'checking':
      return (
        <>
          <NoticeBox notice={state.notice} />
          <Notice plain announced>
            {t('checking')}
          </Notice>
        </>
      );
    case 'blocked':
      // Each message uses only the fields of its own kind, which `t` cannot express for a computed key.
      return (
        <Stop title={t(`blocked_${state.obstacle.kind}`, state.obstacle as unknown as Record<string, string>)}>
          <button type="button" className="button w-full" onClick={() => void controller.checkAgain()}>
            {t('check_again')}
          </button>
        </Stop>
      );
    case 'uncertain':
      return (
        <Stop title={t('uncertain_title')} lead={t('uncertain_lead')}>
          <button type="button" className="button w-full" onClick={() => void controller.checkAgain()}>
            {t('uncertain_again')}
          </button>
        </Stop>
      );
    case 'review':
    case 'switching':
    case 'verifying':
    case 'sending':
      return (
        <>
          <NoticeBox notice={state.step === 'review' ? state.notice : null} />
          <OrderReview order={state.order} />
          <MainButton state={state} controller={controller} t={t} />
        </>
      );
  }
}

type OrderedState = Extract<StepProps['state'], { step: 'review' | 'switching' | 'verifying' | 'sending' }>;

function MainButton({ state, controller, t }: StepProps & { state: OrderedState }) {
  const { order, wallet, step } = state;
  const message = { network: order.network.chainName, amount: order.amount, coin: order.coin, wallet: wallet.name };
  const wrongChain = !isOnRightChain(state);
  const busy = step !== 'review';
  return (
    <div className="grid gap-2">
      {wrongChain && step === 'review' ? <p className="text-sm">{t('switch_lead', message)}</p> : null}
      <TaskButton
        className="button button-primary w-full"
        busy={busy}
        onClick={() => void (wrongChain ? controller.switchChain() : controller.pay())}
      >
        {wrongChain ? t('switch', message) : t('pay', message)}
      </TaskButton>
      {step === 'review' ? null : (
        <Notice plain announced>
          {t(step, message)}
        </Notice>
      )}
    </div>
  );
}

/** A step where the shopper must decide; read out as soon as it appears. */
function Stop({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <div className="grid gap-3">
      <Notice plain urgent tone="warn" title={title}>
        {lead}
      </Notice>
      {children}
    </div>
  );
}

function Sent({ txHash, onAgain }: { txHash: string; onAgain(): void }) {
  const t = useWalletText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="grid gap-4">
      <div className="rounded-lg bg-ok-tint p-4">
        <h2 ref={heading} tabIndex={-1} className="font-semibold text-ok">
          {t('sent_title')}
        </h2>
        <p className="mt-1 text-sm">{t('sent_lead')}</p>
      </div>
      <SentTransaction label={t('transaction')} txHash={txHash} />
      <p className="text-sm text-ink-2">
        {t('sent_again_hint')}{' '}
        <button type="button" className="link min-h-11" onClick={onAgain}>
          {t('sent_again')}
        </button>
      </p>
    </div>
  );
}
