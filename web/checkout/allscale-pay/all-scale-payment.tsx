// The panel of AllScale Pay: log in, choose coin and network, review, approve, sent. Loaded when the method is chosen; ethers only
// when a payment is reviewed.
import { useLocation } from '@remix-run/react';
import { type ReactNode, useMemo } from 'react';
import { useLanguage } from '#web/text/page-texts.ts';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import type { PayPanelProps } from '../parts/pay-panel-props.ts';
import { SentTransaction } from '../parts/sent-transaction.tsx';
import { LogIn } from './log-in.tsx';
import { NetworkList } from './network-list.tsx';
import { Step, StepsFrame } from './parts.tsx';
import { payClient } from './pay-client.ts';
import type { PayFlow } from './pay-flow.ts';
import { AllScaleTexts, useAllScaleText } from './text/allscale-text.tsx';
import { TransferReview } from './transfer-review.tsx';
import { type Payment, usePayment } from './use-payment.ts';

export default function AllScalePayment(props: PayPanelProps) {
  const payment = usePayment(props);
  return (
    <AllScaleTexts>
      <StepsFrame step={payment.state.step}>
        <CurrentStep {...payment} summary={props.summary} view={props.state} />
      </StepsFrame>
    </AllScaleTexts>
  );
}

interface CurrentStepProps extends Payment {
  summary: PayPanelProps['summary'];
  view: PayPanelProps['state'];
}

function CurrentStep({ state, controller, onPaying, summary, view }: CurrentStepProps): ReactNode {
  const t = useAllScaleText();
  const client = useMemo(() => payClient(summary.id), [summary.id]);
  const read = (): void => void controller.read();
  switch (state.step) {
    case 'loading':
      return (
        <p role="status" className="text-ink-2">
          {t('loading')}
        </p>
      );
    case 'away':
      return (
        <Stop title={t('away_title')} lead={t('away_lead')}>
          <button type="button" className="button" onClick={read}>
            {t('retry')}
          </button>
        </Stop>
      );
    case 'loggedOut':
      return <LogIn view={view} notice={state.notice} onDone={read} />;
    case 'noWallet':
      return <NoWallet />;
    case 'choosing':
    case 'preparing':
      return (
        <NetworkList
          state={state}
          view={view}
          client={client}
          onPaying={onPaying}
          onReview={(option) => void controller.review(option)}
          onLookAgain={() => controller.lookAgain()}
          onLogOut={async () => {
            const { logOut } = await import('#web/account/keys/log-in.ts');
            await logOut();
            await controller.read();
          }}
        />
      );
    case 'review':
    case 'approving':
      return (
        <TransferReview
          state={state}
          merchant={summary.store.name}
          onApprove={(means) => void controller.approve(means)}
          onBack={() => controller.backToList()}
        />
      );
    case 'unsure':
      return (
        <Stop title={t('unsure_title')} lead={t('unsure_lead')}>
          <TaskButton className="button" busy={state.busy} onClick={() => void controller.resend()}>
            {t(state.busy ? 'one_moment' : 'unsure_again')}
          </TaskButton>
        </Stop>
      );
    case 'sent':
      return <Sent state={state} onAgain={() => void controller.payAgain()} />;
    case 'ended':
      return <Stop title={t('ended_title')} lead={t(state.notice)} />;
  }
}

/** A step where the shopper must decide; read out as soon as it appears. */
function Stop({ title, lead, children }: { title: string; lead: string; children?: ReactNode }) {
  return (
    <div className="grid gap-3">
      <Notice plain urgent tone="warn" title={title}>
        {lead}
      </Notice>
      {children}
    </div>
  );
}

function NoWallet() {
  const t = useAllScaleText();
  const lang = useLanguage();
  const { pathname, search } = useLocation();
  return (
    <Step title={t('no_wallet_title')} lead={t('no_wallet_lead')}>
      <a
        className="button button-primary"
        href={`/account/wallet?${new URLSearchParams({ next: pathname + search, lang })}`}
      >
        {t('no_wallet_action')}
      </a>
    </Step>
  );
}

function Sent({ state: { txHash }, onAgain }: { state: Extract<PayFlow, { step: 'sent' }>; onAgain(): void }) {
  const t = useAllScaleText();
  return (
    <Step title={t('sent_title')} lead={t('sent_lead')}>
      {txHash ? (
        <>
          <SentTransaction label={t('transaction')} txHash={txHash} />
          <p className="text-sm text-ink-2">
            {t('pay_again_hint')}{' '}
            <button type="button" className="link min-h-11" onClick={onAgain}>
              {t('pay_again')}
            </button>
          </p>
        </>
      ) : null}
    </Step>
  );
}
