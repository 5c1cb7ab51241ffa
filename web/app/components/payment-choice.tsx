// Coin and network as real radios in a GET form: the choice is in the address of the page, so reload, back, sharing and
// browsers without JavaScript work. Methods of payment will stand above it as radios of the same form.
import { Form, useNavigation, useSubmit } from '@remix-run/react';
import { TriangleAlert } from 'lucide-react';
import type { PayPhase } from '#web/checkout/view-types.ts';
import { t } from '../text/text.ts';

const CHOICE_FORM = 'payment-choice';

export function PaymentChoice({ state }: { state: PayPhase }) {
  const submit = useSubmit();
  const { formData } = useNavigation();
  // What was just picked counts as picked while the server answers.
  const coin = formData?.get('coin') ?? state.choice.coin.symbol;
  const network = formData?.get('network') ?? String(state.choice.network.chainId);
  return (
    <Form
      method="get"
      id={CHOICE_FORM}
      className="grid gap-4"
      onChange={(event) => submit(event.currentTarget, { replace: true, preventScrollReset: true })}
    >
      <fieldset>
        <legend className="mb-1.5 text-sm font-semibold">{t('pay.coin')}</legend>
        <div className="grid grid-cols-2 gap-2">
          {state.coins.map(({ symbol }) => (
            <label key={symbol} className="choice">
              <input type="radio" name="coin" value={symbol} checked={coin === symbol} onChange={noop} />
              <span className="font-semibold">{symbol}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend className="mb-1.5 text-sm font-semibold">{t('pay.network')}</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          {state.networks.map(({ chainId, name, trouble }) => (
            <label key={chainId} className="choice">
              <input
                type="radio"
                name="network"
                value={chainId}
                checked={network === String(chainId)}
                onChange={noop}
              />
              <span className="min-w-0 flex-1">{name}</span>
              {trouble ? (
                <span className="flex items-center gap-1 text-sm text-warn">
                  <TriangleAlert size={14} aria-hidden />
                  {t('trouble.mark')}
                </span>
              ) : null}
            </label>
          ))}
        </div>
      </fieldset>
      <noscript>
        <button type="submit" className="button w-full">
          {t('pay.show')}
        </button>
      </noscript>
    </Form>
  );
}

/** Stands under the QR code, and belongs to the same form. */
export function QrAmountToggle({ state }: { state: PayPhase }) {
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

/** The form listens for every change of its fields; React wants to hear that somebody does. */
const noop = (): void => {};
