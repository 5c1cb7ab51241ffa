// The choice in the URL: ?coin=USDT&network=8453&qr=amount. With `by`, the page picked coin and network: by the store's list or by the
// balances of a wallet.
import type { CheckoutChoice } from '../server/view-types.ts';

export const NO_CHOICE: CheckoutChoice = { coin: null, network: null, qrHasAmount: false };

export const choiceOf = (parameters: URLSearchParams): CheckoutChoice => ({
  coin: parameters.get('coin'),
  network: parameters.get('network'),
  qrHasAmount: parameters.get('qr') === 'amount',
});

export const PICKED_PARAMETER = 'by';

/** What the page picked by: the store's list, or the balances of the shopper's wallet. */
type PickedBy = 'store' | 'wallet';

export const pickedBy = (parameters: URLSearchParams): PickedBy | null => {
  const by = parameters.get(PICKED_PARAMETER);
  return by === 'store' || by === 'wallet' ? by : null;
};

/** The shopper, or a link, named coin or network: the page never changes them. */
export const isByHand = (parameters: URLSearchParams): boolean =>
  pickedBy(parameters) === null && (parameters.has('coin') || parameters.has('network'));
