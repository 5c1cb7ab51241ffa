// Way to pay, coin and network as radios in a GET form: the choice is in the URL, so that reload, back, sharing and browsers
// without JavaScript work.
import { Form, useNavigation, useSearchParams, useSubmit } from '@remix-run/react';
import { type LucideIcon, QrCode, TriangleAlert, UserRound, Wallet } from 'lucide-react';
import { useText } from '#web/text/text.ts';
import { useEarlyInput } from '#web/ui/early-input.ts';
import type { PayMethod, PayPhase } from '../server/view-types.ts';
import { CHOICE_FORM } from './choice-form.ts';
import { PAY_METHODS, payMethodOf } from './pay-method.tsx';

const ICONS: Record<PayMethod, LucideIcon> = {
  allscale: UserRound,
  wallet: Wallet,
  qr: QrCode,
};

interface PaymentChoiceProps {
  state: PayPhase;
  /** False for ways to pay that list coins and networks themselves. */
  listsOffers: boolean;
}

export function PaymentChoice({ state, listsOffers }: PaymentChoiceProps) {
  const t = useText();
  const submit = useSubmit();
  const { formData } = useNavigation();
  // Shows the new choice while the server responds.
  const coin = formData?.get('coin') ?? state.choice.coin.symbol;
  const network = formData?.get('network') ?? String(state.choice.network.chainId);
  const pick = (form: HTMLFormElement): void => submit(form, { replace: true, preventScrollReset: true });
  const form = useEarlyInput<HTMLFormElement>((early) => {
    if (isPicked(early)) pick(early);
  });
  return (
    <Form
      ref={form}
      method="get"
      id={CHOICE_FORM}
      className="grid gap-4"
      onChange={(event) => pick(event.currentTarget)}
    >
      <MethodChoice />
      {listsOffers ? (
        <>
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
        </>
      ) : (
        <>
          <input type="hidden" name="coin" value={coin.toString()} />
          <input type="hidden" name="network" value={network.toString()} />
        </>
      )}
      <noscript>
        <button type="submit" className="button w-full">
          {t('pay.show')}
        </button>
      </noscript>
    </Form>
  );
}

/** The cards of the ways to pay; none for a single way. */
function MethodChoice() {
  const t = useText();
  const [parameters] = useSearchParams();
  const { formData } = useNavigation();
  const chosen = formData?.get('method') ?? payMethodOf(parameters).name;
  if (PAY_METHODS.length < 2) return null;
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-semibold">{t('method.label')}</legend>
      <div className="grid gap-2">
        {PAY_METHODS.map(({ name }) => {
          const Icon = ICONS[name];
          return (
            <label key={name} className="choice">
              <input type="radio" name="method" value={name} checked={chosen === name} onChange={noop} />
              <span className="min-w-0 flex-1">
                <span className="block font-semibold">{t(`method.${name}`)}</span>
                <span className="block text-sm text-ink-2">{t(`method.${name}_hint`)}</span>
              </span>
              <Icon size={20} aria-hidden />
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

/** Whether a radio or checkbox differs from what the server rendered. */
const isPicked = ({ elements }: HTMLFormElement): boolean =>
  [...elements].some((field) => field instanceof HTMLInputElement && field.checked !== field.defaultChecked);

/** The form handles every change; React warns about a controlled field without a handler. */
const noop = (): void => {};
