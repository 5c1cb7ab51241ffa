// Way to pay, coin and network as radios in a GET form: the choice is in the URL, so that reload, back, sharing and browsers
// without JavaScript work. Coin and network are picked for the shopper: they stand in one line, which opens.
import { Form, useNavigation, useSearchParams, useSubmit } from '@remix-run/react';
import { type LucideIcon, QrCode, TriangleAlert, UserRound, Wallet } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '#web/text/text.ts';
import { useEarlyInput } from '#web/ui/early-input.ts';
import { CoinMark, NetworkMark, PairMark } from '#web/ui/marks.tsx';
import type { PayMethod, PayPhase } from '../server/view-types.ts';
import { CHOICE_FORM } from './choice-form.ts';
import { isByHand, PICKED_PARAMETER, pickedBy } from './choice-of.ts';
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
  const [parameters] = useSearchParams();
  // Shows the new choice while the server responds.
  const coin = formData?.get('coin') ?? state.choice.coin.symbol;
  const network = formData?.get('network') ?? String(state.choice.network.chainId);
  /** A coin or network of the shopper's own choice is never changed by the page. */
  const pick = (form: HTMLFormElement, byHand: boolean): void => {
    const choice = new FormData(form);
    if (byHand) choice.delete(PICKED_PARAMETER);
    submit(choice, { method: 'get', replace: true, preventScrollReset: true });
  };
  const form = useEarlyInput<HTMLFormElement>((early) => {
    if (isPicked(early)) pick(early, true);
  });
  return (
    <Form
      ref={form}
      method="get"
      id={CHOICE_FORM}
      className="grid gap-3"
      onChange={({ currentTarget, target }) =>
        pick(currentTarget, target instanceof HTMLInputElement && /^(coin|network)$/.test(target.name))
      }
    >
      <MethodChoice />
      {listsOffers ? (
        <OfferLine state={state}>
          <fieldset>
            <legend className="mb-1.5 text-sm font-semibold">{t('pay.coin')}</legend>
            <div className="grid grid-cols-2 gap-2">
              {state.coins.map(({ symbol }) => (
                <label key={symbol} className="choice">
                  <input type="radio" name="coin" value={symbol} checked={coin === symbol} onChange={noop} />
                  <CoinMark symbol={symbol} size={24} />
                  <span className="font-semibold">{symbol}</span>
                </label>
              ))}
            </div>
          </fieldset>
          <fieldset>
            <legend className="mb-1.5 text-sm font-semibold">{t('pay.network')}</legend>
            <div className="grid gap-2 sm:grid-cols-2">
              {state.networks.map(({ chainId, name, mark, trouble }) => (
                <label key={chainId} className="choice">
                  <input
                    type="radio"
                    name="network"
                    value={chainId}
                    checked={network === String(chainId)}
                    onChange={noop}
                  />
                  <NetworkMark mark={mark} size={24} />
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
        </OfferLine>
      ) : (
        <>
          <input type="hidden" name="coin" value={coin.toString()} />
          <input type="hidden" name="network" value={network.toString()} />
        </>
      )}
      {/* With another way to pay, coin and network are still the page's pick. */}
      {isByHand(parameters) ? null : (
        <input type="hidden" name={PICKED_PARAMETER} value={pickedBy(parameters) ?? 'store'} />
      )}
      <noscript>
        <button type="submit" className="button w-full">
          {t('pay.show')}
        </button>
      </noscript>
    </Form>
  );
}

/** Coin and network that the page picked or the shopper chose, and why. Opens the list of the others. */
function OfferLine({ state, children }: { state: PayPhase; children: ReactNode }) {
  const t = useText();
  const [parameters] = useSearchParams();
  const { coin, network, reason } = state.choice;
  const why = pickedBy(parameters) === 'wallet' ? 'by_wallet' : isByHand(parameters) ? null : reason;
  return (
    <details className="group rounded-lg border border-line" data-testid="offer">
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-3 rounded-lg px-3 py-1.5 [&::-webkit-details-marker]:hidden">
        <PairMark symbol={coin.symbol} mark={network.mark} />
        <span className="min-w-0 flex-1">
          <span className="block text-sm font-semibold sm:text-base">
            {t('pay.network_words', { coin: coin.symbol, network: network.name })}
          </span>
          {why ? <span className="block text-sm text-ink-2">{t(`choice.${why}`)}</span> : null}
        </span>
        <span className="link flex-none text-sm">{t('choice.change')}</span>
      </summary>
      <div className="grid gap-4 border-t border-line p-3">{children}</div>
    </details>
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
      <legend className="sr-only">{t('method.label')}</legend>
      <div className="grid grid-cols-3 gap-2">
        {PAY_METHODS.map(({ name }) => {
          const Icon = ICONS[name];
          return (
            <label
              key={name}
              className="choice min-w-0 flex-col justify-center gap-0.5 px-1 py-1.5 text-center text-[0.8125rem] leading-tight sm:text-sm"
            >
              <input
                type="radio"
                name="method"
                value={name}
                checked={chosen === name}
                onChange={noop}
                aria-label={t(`method.${name}`)}
                className="sr-only"
              />
              <Icon size={18} aria-hidden />
              <span aria-hidden className="max-w-full font-semibold wrap-anywhere">
                {t(`method.${name}_short`)}
              </span>
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
