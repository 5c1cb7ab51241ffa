// Where the money goes: QR code, address, exact amount, exact coin and network, in figures and in words.
import { Form, useNavigation } from '@remix-run/react';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PayPhase } from '#web/checkout/view-types.ts';
import { t } from '../text/text.ts';
import { AddressText } from './address-text.tsx';
import { CopyButton } from './copy-button.tsx';
import { PaymentChoice, QrAmountToggle } from './payment-choice.tsx';
import { QrImage } from './qr-image.tsx';

export function PayPanel({ state }: { state: PayPhase }) {
  const { coin, network } = state.choice;
  const words = { coin: coin.symbol, network: network.name, amount: state.due };
  // Nobody should scan the old code after picking another network.
  const changing = useNavigation().formMethod === 'GET';
  return (
    <div className="grid gap-5">
      {state.received ? <PartReceived state={state} received={state.received} /> : null}
      <PaymentChoice state={state} />
      <TroubleNotice state={state} />
      <div
        aria-busy={changing}
        className={`grid gap-5 transition-opacity duration-200 sm:grid-cols-[13rem_1fr] ${changing ? 'opacity-30' : ''}`}
      >
        <div className="mx-auto w-full max-w-60 sm:max-w-none">
          <QrImage qr={state.qr} label={t(state.qrHasAmount ? 'pay.qr_label_amount' : 'pay.qr_label')} />
          <p className="mt-2 text-center font-semibold">{t('pay.network_words', words)}</p>
        </div>
        <div className="grid content-start gap-4">
          <CopiedValue label={t('pay.amount')} copyLabel={t('pay.copy_amount')} value={state.due}>
            <p className="text-xl font-semibold wrap-anywhere">
              <span data-testid="due">{state.due}</span> {coin.symbol}
            </p>
          </CopiedValue>
          <CopiedValue label={t('pay.address')} copyLabel={t('pay.copy_address')} value={state.address}>
            <p data-testid="address">
              <AddressText value={state.address} />
            </p>
          </CopiedValue>
          <QrAmountToggle state={state} />
        </div>
      </div>
      <div className="grid gap-1 text-sm">
        <p className="font-semibold">{t('pay.network_warning', words)}</p>
        <p className="text-ink-2">{t('pay.exact', words)}</p>
        <p className="sm:hidden">
          <a className="link inline-flex min-h-11 items-center" href={state.paymentUri}>
            {t('pay.wallet_link')}
          </a>
        </p>
      </div>
      {state.developmentWallet ? <DevelopmentWallet state={state} /> : null}
    </div>
  );
}

interface CopiedValueProps {
  label: string;
  copyLabel: string;
  value: string;
  children: ReactNode;
}

function CopiedValue({ label, copyLabel, value, children }: CopiedValueProps) {
  return (
    <div>
      <div className="flex items-center justify-between gap-2">
        <h2 className="text-sm text-ink-2">{label}</h2>
        <CopyButton value={value} label={copyLabel} />
      </div>
      <div className="mt-1">{children}</div>
    </div>
  );
}

function PartReceived({ state, received }: { state: PayPhase; received: string }) {
  return (
    <div className="rounded-lg bg-warn-tint p-4" data-testid="part-received">
      <dl className="grid grid-cols-2 gap-3">
        <div>
          <dt className="text-sm text-ink-2">{t('short.received')}</dt>
          <dd className="font-semibold wrap-anywhere">
            {received} {state.choice.coin.symbol}
          </dd>
        </div>
        <div>
          <dt className="text-sm text-ink-2">{t('short.due')}</dt>
          <dd className="font-semibold wrap-anywhere">
            {state.due} {state.choice.coin.symbol}
          </dd>
        </div>
      </dl>
      <p className="mt-2 text-sm text-ink-2">{t('short.lead')}</p>
    </div>
  );
}

function TroubleNotice({ state }: { state: PayPhase }) {
  const { name, trouble } = state.choice.network;
  if (!trouble) return null;
  const better = state.networks.some((network) => network.trouble === null);
  return (
    <p className="flex gap-2 rounded-lg bg-warn-tint p-3 text-sm text-warn" data-testid="trouble">
      <TriangleAlert size={18} className="mt-0.5 flex-none" aria-hidden />
      {t(better ? `trouble.${trouble}` : 'trouble.only', { network: name })}
    </p>
  );
}

function DevelopmentWallet({ state }: { state: PayPhase }) {
  const busy = useNavigation().formMethod === 'POST';
  return (
    <Form method="post" className="rounded-lg border border-dashed border-control p-4" preventScrollReset>
      <input type="hidden" name="coin" value={state.choice.coin.symbol} />
      <input type="hidden" name="network" value={state.choice.network.chainId} />
      <button type="submit" className="button w-full" disabled={busy}>
        {t('pay.development_wallet')}
      </button>
      <p className="mt-2 text-center text-sm text-ink-2">{t('pay.development_hint')}</p>
    </Form>
  );
}
