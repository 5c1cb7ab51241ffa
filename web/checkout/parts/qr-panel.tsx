// Payment by QR code or address, with the exact amount, coin and network. Works without JavaScript.
import { Form, useNavigation, useSubmit } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useText } from '#web/text/text.ts';
import { AddressText } from '#web/ui/address-text.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { QrImage } from '#web/ui/qr-image.tsx';
import type { PayPhase } from '../server/view-types.ts';
import { CHOICE_FORM } from './choice-form.ts';
import type { PayPanelProps } from './pay-panel-props.ts';

export function QrPanel({ state }: PayPanelProps) {
  const t = useText();
  const { coin, network } = state.choice;
  const message = { coin: coin.symbol, network: network.name, amount: state.due };
  // Hides the old code after another network was chosen.
  const changing = useNavigation().formMethod === 'GET';
  return (
    <div className="grid gap-5">
      <div
        aria-busy={changing}
        className={`grid gap-5 transition-opacity duration-200 sm:grid-cols-[13rem_1fr] ${changing ? 'opacity-30' : ''}`}
      >
        <div className="mx-auto w-full max-w-60 sm:max-w-none">
          <QrImage qr={state.qr} label={t(state.qrHasAmount ? 'pay.qr_label_amount' : 'pay.qr_label')} />
          <p className="mt-2 text-center font-semibold">{t('pay.network_words', message)}</p>
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
        <p className="font-semibold">{t('pay.network_warning', message)}</p>
        <p className="text-ink-2">{t('pay.exact', message)}</p>
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

/** Below the QR code, but part of the form of the choice. */
function QrAmountToggle({ state }: { state: PayPhase }) {
  const t = useText();
  const submit = useSubmit();
  const { formData } = useNavigation();
  return (
    <label className="mt-2 flex min-h-11 items-start gap-2.5 py-1 text-sm">
      <input
        type="checkbox"
        form={CHOICE_FORM}
        name="qr"
        value="amount"
        checked={formData?.has('coin') ? formData.has('qr') : state.qrHasAmount}
        onChange={({ currentTarget: { form } }) => submit(form, { replace: true, preventScrollReset: true })}
        className="mt-0.5 size-[1.125rem] flex-none accent-brand"
      />
      <span>
        {t('pay.qr_toggle')}
        <span className="block text-ink-2">{t('pay.qr_toggle_hint')}</span>
      </span>
    </label>
  );
}

function DevelopmentWallet({ state }: { state: PayPhase }) {
  const t = useText();
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
