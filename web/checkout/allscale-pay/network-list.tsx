// What the wallet can pay with: a row for each token and network, the best first and preselected. Rows that cannot pay are disabled
// and say why. Nothing is sent from here.
import { useState } from 'react';
import type { PayOption } from '#web/account/server/account-types.ts';
import { useLanguage } from '#web/text/text.ts';
import { Notice } from '#web/ui/notice.tsx';
import { duration, feeText } from './figures.ts';
import { FailureNotice, Step } from './parts.tsx';
import type { PayClient } from './pay-client.ts';
import type { PayFlow } from './pay-flow.ts';
import { PayingFrom } from './paying-from.tsx';
import { type AllScaleText, useAllScaleText } from './text/allscale-text.tsx';
import { TopUp } from './top-up.tsx';

interface NetworkListProps {
  state: Extract<PayFlow, { step: 'choosing' | 'preparing' }>;
  client: PayClient;
  onReview(option: PayOption): void;
  onLookAgain(): Promise<void>;
  onLogOut(): Promise<void>;
}

/** A slow network can be paid on: the row says that it is slow. */
const canPay = ({ enough, obstacle }: PayOption): boolean => enough || obstacle === 'trouble';

const keyOf = ({ chainId, token }: PayOption): string => `${chainId}:${token}`;

export function NetworkList({ state, client, onReview, onLookAgain, onLogOut }: NetworkListProps) {
  const t = useAllScaleText();
  const { balance: payer, notice } = state;
  const [picked, setPicked] = useState<string | null>(null);
  const payable = payer.options.filter(canPay);
  const chosen = payable.find((option) => keyOf(option) === picked) ?? payable[0];
  const preparing = state.step === 'preparing';
  return (
    <Step title={t('list_title')}>
      <PayingFrom balance={payer} onLogOut={onLogOut} />
      <FailureNotice failure={notice} />
      <fieldset disabled={preparing} className="grid gap-2" data-testid="pay-options">
        <legend className="sr-only">{t('list_title')}</legend>
        {payer.options.map((option) => (
          <Row key={keyOf(option)} option={option} chosen={option === chosen} onPick={() => setPicked(keyOf(option))} />
        ))}
      </fieldset>
      {chosen ? (
        <>
          <button
            type="button"
            className="button button-primary"
            aria-disabled={preparing}
            onClick={() => (preparing ? undefined : onReview(chosen))}
          >
            {t('review')}
          </button>
          {preparing ? (
            <Notice plain announced>
              {t('reviewing')}
            </Notice>
          ) : null}
        </>
      ) : (
        <TopUp balance={payer} client={client} onLookAgain={onLookAgain} />
      )}
    </Step>
  );
}

interface RowProps {
  option: PayOption;
  chosen: boolean;
  onPick(): void;
}

function Row({ option, chosen, onPick }: RowProps) {
  const t = useAllScaleText();
  const { mark, network, symbol, balance, obstacle } = option;
  const open = canPay(option);
  const reason = reasonOf(t, option);
  return (
    <label className={`choice ${open ? '' : 'choice-off'}`} data-row={keyOf(option)}>
      <input type="radio" name="allscale-row" checked={chosen} disabled={!open} onChange={onPick} />
      <span
        aria-hidden
        className="flex size-9 flex-none items-center justify-center rounded-lg bg-ink text-xs font-semibold text-surface"
      >
        {mark}
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap justify-between gap-x-3 font-semibold">
          <span>
            {symbol} · {network}
          </span>
          {/* The reason shows a balance that is too small. */}
          {balance === null || obstacle === 'balance' ? null : (
            <span className="whitespace-nowrap">
              <span className="sr-only">{t('balance')} </span>
              {balance}
            </span>
          )}
        </span>
        {open ? <Cost option={option} /> : null}
        {reason ? <span className={`block text-sm ${open ? 'text-warn' : 'text-ink-2'}`}>{reason}</span> : null}
      </span>
    </label>
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
