// What the wallet can pay with: a row for each token and network, the best first and preselected. Rows that cannot pay are disabled
// and say why. Nothing is sent from here.
import { useEffect, useRef, useState } from 'react';
import type { PayOption } from '#web/account/server/account-types.ts';
import { useLanguage } from '#web/text/page-texts.ts';
import { Amount } from '#web/ui/amount.tsx';
import { PairMark } from '#web/ui/marks.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { Receiver } from '../parts/receiver.tsx';
import type { PayPhase } from '../server/view-types.ts';
import { duration, feeText } from './figures.ts';
import { FailureNotice, Step } from './parts.tsx';
import { keyOf, type PayClient } from './pay-client.ts';
import type { PayFlow } from './pay-flow.ts';
import { PayingFrom } from './paying-from.tsx';
import { type AllScaleText, useAllScaleText } from './text/allscale-text.tsx';
import { TopUp } from './top-up.tsx';

interface NetworkListProps {
  state: Extract<PayFlow, { step: 'choosing' | 'preparing' }>;
  view: PayPhase;
  client: PayClient;
  onReview(option: PayOption): void;
  /** The amount and coin of the row that is picked or chosen. */
  onPaying(paying: { amount: string; coin: string } | undefined): void;
  onLookAgain(): Promise<void>;
  onLogOut(): Promise<void>;
}

/** A slow network can be paid on: the row says that it is slow. */
const canPay = ({ enough, obstacle }: PayOption): boolean => enough || obstacle === 'trouble';

export function NetworkList({ state, view, client, onReview, onPaying, onLookAgain, onLogOut }: NetworkListProps) {
  const t = useAllScaleText();
  const { balance: payer, notice } = state;
  const [picked, setPicked] = useState<string | null>(null);
  const payable = payer.options.filter(canPay);
  // The shopper's own pick stays, also when it cannot pay any more: its row says why.
  const chosen = payer.options.find((option) => keyOf(option) === picked) ?? payable[0];
  const preparing = state.step === 'preparing';
  usePaying(chosen, onPaying);
  useGoingOn(payable[0], onReview);
  const rows = (
    <details className="rounded-lg border border-line" data-testid="pay-line">
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-3 rounded-lg px-3 py-1.5 [&::-webkit-details-marker]:hidden">
        {chosen ? <RowFacts option={chosen} why={picked ? null : t('picked')} /> : null}
        <span className={chosen ? 'link flex-none text-sm' : 'link flex-1 text-sm'}>
          {t(chosen ? 'list_change' : 'list_all')}
        </span>
      </summary>
      <fieldset disabled={preparing} className="grid gap-2 border-t border-line p-3" data-testid="pay-options">
        <legend className="sr-only">{t('list_title')}</legend>
        {payer.options.map((option) => (
          <Row key={keyOf(option)} option={option} chosen={option === chosen} onPick={() => setPicked(keyOf(option))} />
        ))}
      </fieldset>
    </details>
  );
  const from = <PayingFrom balance={payer} onLogOut={onLogOut} />;
  // What fills the wallet comes first: amount, QR code and address are in sight on a phone.
  if (payable.length === 0) {
    return (
      <Step key="empty" title={t('empty_title')} lead={t('empty_lead')}>
        <FailureNotice failure={notice} />
        <TopUp balance={payer} client={client} onLookAgain={onLookAgain} />
        {rows}
        {from}
      </Step>
    );
  }
  return (
    <Step key="list" title={t('list_title')}>
      {from}
      <Receiver state={view} />
      <FailureNotice failure={notice} />
      {rows}
      {chosen && canPay(chosen) ? (
        <>
          <TaskButton className="button button-primary" busy={preparing} onClick={() => onReview(chosen)}>
            {t('review')}
          </TaskButton>
          {preparing ? (
            <Notice plain announced>
              {t('reviewing')}
            </Notice>
          ) : null}
        </>
      ) : null}
    </Step>
  );
}

/** A wallet that was filled here goes on to its review: nothing is sent by that. */
const useGoingOn = (payable: PayOption | undefined, onReview: NetworkListProps['onReview']): void => {
  const wasEmpty = useRef(payable === undefined);
  const review = useRef(onReview);
  review.current = onReview;
  useEffect(() => {
    if (payable && wasEmpty.current) review.current(payable);
    wasEmpty.current = payable === undefined;
  }, [payable]);
};

/** The page's heading names the amount and coin of the row. */
const usePaying = (option: PayOption | undefined, onPaying: NetworkListProps['onPaying']): void => {
  const report = useRef(onPaying);
  report.current = onPaying;
  const amount = option?.due;
  const coin = option?.symbol;
  useEffect(() => report.current(amount && coin ? { amount, coin } : undefined), [amount, coin]);
};

interface RowProps {
  option: PayOption;
  chosen: boolean;
  onPick(): void;
}

function Row({ option, chosen, onPick }: RowProps) {
  const open = canPay(option);
  return (
    <label className={`choice ${open ? '' : 'choice-off'}`} data-row={keyOf(option)}>
      <input type="radio" name="allscale-row" checked={chosen} disabled={!open} onChange={onPick} />
      <RowFacts option={option} />
    </label>
  );
}

function RowFacts({ option, why = null }: { option: PayOption; why?: string | null }) {
  const t = useAllScaleText();
  const { mark, network, symbol, balance, obstacle } = option;
  const open = canPay(option);
  const reason = reasonOf(t, option);
  return (
    <>
      <PairMark symbol={symbol} mark={mark} />
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap justify-between gap-x-3 font-semibold">
          <span>
            {symbol} · {network}
          </span>
          {/* The reason shows a balance that is too small. */}
          {balance === null || obstacle === 'balance' ? null : (
            <span className="whitespace-nowrap">
              <span className="sr-only">{t('balance')} </span>
              <Amount of={balance} />
            </span>
          )}
        </span>
        {open ? <Cost option={option} /> : null}
        {why ? <span className="block text-sm text-ink-2">{why}</span> : null}
        {reason ? <span className={`block text-sm ${open ? 'text-warn' : 'text-ink-2'}`}>{reason}</span> : null}
      </span>
    </>
  );
}

function Cost({ option: { fee, secondsToConfirm } }: { option: PayOption }) {
  const t = useAllScaleText();
  const language = useLanguage();
  const time =
    secondsToConfirm === null ? t('takes_final') : t('takes', { time: duration(language, secondsToConfirm) });
  return (
    <span className="flex flex-wrap justify-between gap-x-3 text-sm text-ink-2">
      {fee ? <span>{feeText(t, language, fee, 'fee')}</span> : null}
      <span className="whitespace-nowrap">{time}</span>
    </span>
  );
}

const reasonOf = (t: AllScaleText, option: PayOption): string | null => {
  const { obstacle, network, balance, due, symbol, gasNeeded, fee } = option;
  switch (obstacle) {
    case null:
      return null;
    case 'balance':
      return t('short_balance', { balance: balance ?? '', coin: symbol, due });
    case 'gas':
      return t('short_gas', { amount: gasNeeded ?? '', symbol: fee?.symbol ?? '' });
    case 'unreachable':
    case 'trouble':
      return t(obstacle, { network });
  }
};
