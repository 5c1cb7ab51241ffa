// The shopper's choice in the URL: ?coin=USDT&network=8453&qr=amount
import type { CheckoutChoice } from '../server/view-types.ts';

export const NO_CHOICE: CheckoutChoice = { coin: null, network: null, qrHasAmount: false };

export const choiceOf = (parameters: URLSearchParams): CheckoutChoice => ({
  coin: parameters.get('coin'),
  network: parameters.get('network'),
  qrHasAmount: parameters.get('qr') === 'amount',
});
