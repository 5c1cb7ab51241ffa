// Fills a wallet that cannot pay, in place: from another wallet of this browser, or by QR code and address. The balance is watched, and
// the payment goes on by itself to its review. In development a faucet fills it too.
import { useEffect, useRef, useState } from 'react';
import type { TopUp as Lacking, PayOption } from '#web/account/server/account-types.ts';
import { AddressText } from '#web/ui/address-text.tsx';
import { Amount } from '#web/ui/amount.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { QrImage } from '#web/ui/qr-image.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import { useTask } from '#web/ui/use-task.ts';
import { failureOf } from './failures.ts';
import { FillFromWallet } from './fill-from-wallet.tsx';
import { FailureNotice } from './parts.tsx';
import { keyOf, type PayClient } from './pay-client.ts';
import type { PayerBalance } from './pay-flow.ts';
import { useAllScaleText } from './text/allscale-text.tsx';
import type { AllScaleErrorKey } from './text/en.ts';

/** Money mostly comes soon or late, and each look reads every accepted network within the payer's limit of reads. */
const FIRST_LOOK_MS = 4_000;
const LAST_LOOK_MS = 30_000;
const SLOWER = 1.3;

interface TopUpProps {
  balance: PayerBalance;
  client: PayClient;
  onLookAgain(): Promise<void>;
}

export function TopUp({ balance: payer, client, onLookAgain }: TopUpProps) {
  const t = useAllScaleText();
  const options = payer.options.filter(({ obstacle }) => obstacle === 'balance' || obstacle === 'gas');
  const [picked, setPicked] = useState<string | null>(null);
  const option = options.find((entry) => keyOf(entry) === picked) ?? options[0];
  useWatchedBalance(onLookAgain);
  if (!option) {
    return (
      <Notice plain urgent tone="warn">
        {t('empty_silent')}
      </Notice>
    );
  }
  return (
    <div className="grid gap-3" data-testid="top-up">
      {options.length > 1 ? (
        <label className="grid gap-1 text-sm">
          <span className="font-semibold">{t('fill_with')}</span>
          <select
            className="min-h-11 w-full rounded-lg border border-control bg-surface px-3 text-base text-ink"
            value={keyOf(option)}
            onChange={(event) => setPicked(event.target.value)}
          >
            {options.map((entry) => (
              <option key={keyOf(entry)} value={keyOf(entry)}>
                {entry.symbol} · {entry.network}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <Fill key={keyOf(option)} option={option} client={client} onStart={() => setPicked(keyOf(option))} />
      {payer.faucet && option.local ? <Faucet option={option} client={client} onFilled={onLookAgain} /> : null}
    </div>
  );
}

/** Reads again while the page is visible: money comes from elsewhere. */
const useWatchedBalance = (onLookAgain: () => Promise<void>): void => {
  const look = useRef(onLookAgain);
  look.current = onLookAgain;
  useEffect(() => {
    let pause = FIRST_LOOK_MS;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      timer = setTimeout(() => {
        if (!document.hidden) void look.current();
        pause = Math.min(pause * SLOWER, LAST_LOOK_MS);
        wait();
      }, pause);
    };
    /** After a visit to a wallet app, money probably comes soon. */
    const comeBack = (): void => {
      if (document.hidden) return;
      clearTimeout(timer);
      pause = FIRST_LOOK_MS;
      void look.current();
      wait();
    };
    wait();
    document.addEventListener('visibilitychange', comeBack);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', comeBack);
    };
  }, []);
};

/** The server's figures for a row; read again when the row's balance changes. */
function Fill({ option, client, onStart }: { option: PayOption; client: PayClient; onStart(): void }) {
  const t = useAllScaleText();
  const [lacking, setLacking] = useState<Lacking | null>(null);
  const [failure, setFailure] = useState<AllScaleErrorKey | null>(null);
  const row = useRef(option);
  row.current = option;
  const { balance, obstacle } = option;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is lacking depends on what the wallet has
  useEffect(() => {
    let left = false;
    client.topUp(row.current).then(
      (read) => {
        if (left) return;
        setLacking(read);
        setFailure(null);
      },
      (error: unknown) => {
        if (!left) setFailure(failureOf(error));
      },
    );
    return () => {
      left = true;
    };
  }, [client, balance, obstacle]);
  if (failure && !lacking) return <FailureNotice failure={failure} />;
  if (!lacking) return <p className="text-ink-2">{t('loading')}</p>;
  return (
    <div className="grid gap-3 rounded-lg border border-line p-3">
      <p className="text-sm font-semibold">{t('fill_needs', { network: option.network })}</p>
      <ul className="grid gap-1">
        {lacking.transfers.map(({ amount, symbol }) => (
          <li key={symbol} className="flex items-center justify-between gap-2">
            <span className="font-semibold" data-testid="lacks">
              <Amount of={amount} /> {symbol}
            </span>
            <CopyButton value={amount} label={t('fill_copy_amount', { coin: symbol })} />
          </li>
        ))}
      </ul>
      <div className="grid grid-cols-[7rem_1fr] gap-3 border-t border-line pt-3 sm:grid-cols-[9rem_1fr]">
        <div>
          <QrImage qr={lacking.qr} label={t('fill_qr')} />
        </div>
        <div className="grid content-start gap-2 text-sm">
          <p className="text-ink-2">{t('fill_address')}</p>
          <p data-testid="wallet-address">
            <AddressText value={lacking.address} />
          </p>
          <CopyButton value={lacking.address} label={t('fill_copy_address')} />
        </div>
      </div>
      <ul className="sm:hidden">
        {lacking.transfers.map(({ symbol, uri }) => (
          <li key={symbol}>
            <a className="link inline-flex min-h-11 items-center text-sm" href={uri}>
              {symbol}: {t('fill_app')}
            </a>
          </li>
        ))}
      </ul>
      <FillFromWallet lacking={lacking} onStart={onStart} />
      <p role="status" className="text-sm text-ink-2">
        {t('fill_watching')}
      </p>
    </div>
  );
}

interface FaucetProps {
  option: PayOption;
  client: PayClient;
  onFilled(): Promise<void>;
}

function Faucet({ option, client, onFilled }: FaucetProps) {
  const t = useAllScaleText();
  const { busy, failure, run } = useTask((): AllScaleErrorKey => 'error_faucet');
  return (
    <div className="grid gap-2 rounded-lg border border-dashed border-control p-3">
      <TaskButton
        className="button"
        busy={busy}
        onClick={() =>
          void run(async () => {
            await client.fill(option);
            await onFilled();
          })
        }
      >
        {t('fill', { network: option.network })}
      </TaskButton>
      <p className="text-center text-sm text-ink-2">{t('fill_hint')}</p>
      <FailureNotice failure={failure} />
    </div>
  );
}
