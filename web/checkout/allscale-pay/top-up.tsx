// Shown when no balance is enough: where to add money, and in development the faucet of the local chains.
import { useEffect, useRef, useState } from 'react';
import { useLanguage } from '#web/text/page-texts.ts';
import { Notice } from '#web/ui/notice.tsx';
import { FailureNotice } from './parts.tsx';
import type { PayClient } from './pay-client.ts';
import type { PayerBalance } from './pay-flow.ts';
import { useAllScaleText } from './text/allscale-text.tsx';
import type { AllScaleErrorKey } from './text/en.ts';

/** A local chain makes a block every two seconds. */
const FILL_READ_MS = 1_000;
const FILL_READS = 15;

interface TopUpProps {
  balance: PayerBalance;
  client: PayClient;
  onLookAgain(): Promise<void>;
}

export function TopUp({ balance: payer, client, onLookAgain }: TopUpProps) {
  const t = useAllScaleText();
  const language = useLanguage();
  const [busy, setBusy] = useState(false);
  const [notice, setNotice] = useState<AllScaleErrorKey | null>(null);
  const run = async (work: () => Promise<unknown>, failure: AllScaleErrorKey): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setNotice(null);
    await work().catch(() => setNotice(failure));
    setBusy(false);
  };
  const unmounted = useUnmounted();
  /** Test coins arrive with the next block. Reads until a balance is enough, which removes this part from the page. */
  const fill = async (chainId: number): Promise<void> => {
    await client.fill(chainId);
    for (let read = 0; read < FILL_READS && !unmounted.current; read++) {
      await onLookAgain();
      await new Promise((done) => setTimeout(done, FILL_READ_MS));
    }
  };
  const local = payer.faucet ? localChains(payer) : [];
  return (
    <div className="grid gap-3">
      <Notice plain urgent tone="warn" title={t('empty_title')}>
        {t('empty_lead')}
      </Notice>
      <div className="grid gap-2 sm:grid-cols-2">
        <a className="button" href={`/account?lang=${language}`} target="_blank" rel="noreferrer">
          {t('add_money')}
        </a>
        <button type="button" className="button" disabled={busy} onClick={() => void run(onLookAgain, 'error_offline')}>
          {t('look_again')}
        </button>
      </div>
      {local.length > 0 ? (
        <div className="grid gap-2 rounded-lg border border-dashed border-control p-3">
          {local.map(({ chainId, network }) => (
            <button
              key={chainId}
              type="button"
              className="button"
              disabled={busy}
              onClick={() => void run(() => fill(chainId), 'error_faucet')}
            >
              {t('fill', { network })}
            </button>
          ))}
          <p className="text-center text-sm text-ink-2">{t('fill_hint')}</p>
        </div>
      ) : null}
      <FailureNotice failure={notice} />
    </div>
  );
}

/** Becomes true when the component is unmounted. */
const useUnmounted = (): { readonly current: boolean } => {
  const unmounted = useRef(false);
  useEffect(() => {
    unmounted.current = false;
    return () => {
      unmounted.current = true;
    };
  }, []);
  return unmounted;
};

const localChains = ({ options }: PayerBalance): { chainId: number; network: string }[] => {
  const chains = options.filter(({ local }) => local).map(({ chainId, network }) => [chainId, network] as const);
  return [...new Map(chains)].map(([chainId, network]) => ({ chainId, network }));
};
