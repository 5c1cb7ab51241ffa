// Payment by QR code or address, with the exact amount, coin and network. Works without JavaScript.
import { Form, useNavigation, useSubmit } from '@remix-run/react';
import { useText } from '#web/text/text.ts';
import { AddressText } from '#web/ui/address-text.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { QrImage } from '#web/ui/qr-image.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import type { PayPhase } from '../server/view-types.ts';
import { CHOICE_FORM } from './choice-form.ts';
import type { PayPanelProps } from './pay-panel-props.ts';

export function QrPanel({ state }: PayPanelProps) {
  const t = useText();
  const { coin, network } = state.choice;
  const message = { coin: coin.symbol, network: network.name };
  // Hides the old code after another network was chosen.
  const changing = useNavigation().formMethod === 'GET';
  return (
    <div className="grid gap-4">
      <div
        aria-busy={changing}
        className={`grid gap-4 transition-opacity duration-200 sm:grid-cols-[13rem_1fr] ${changing ? 'opacity-30' : ''}`}
      >
        <div className="mx-auto w-44 sm:w-full">
          <QrImage qr={state.qr} label={t(state.qrHasAmount ? 'pay.qr_label_amount' : 'pay.qr_label')} />
        </div>
        <div className="grid content-start gap-2">
          <p className="text-sm font-semibold">{t('pay.network_warning', message)}</p>
          <div>
            <h2 className="text-sm text-ink-2">{t('pay.address')}</h2>
            <p data-testid="address">
              <AddressText value={state.address} className="text-sm" />
            </p>
          </div>
          <div className="flex flex-wrap gap-2">
            <CopyButton value={state.address} label={t('pay.copy_address')} text={t('pay.copy_address')} />
            <CopyButton value={state.due} label={t('pay.copy_amount')} text={t('pay.copy_amount')} />
          </div>
        </div>
      </div>
      <div className="grid gap-1 text-sm">
        <p className="text-ink-2">{t('pay.exact')}</p>
        <QrAmountToggle state={state} />
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
      <TaskButton type="submit" className="button w-full" busy={busy}>
        {t('pay.development_wallet')}
      </TaskButton>
      <p className="mt-2 text-center text-sm text-ink-2">{t('pay.development_hint')}</p>
    </Form>
  );
}
