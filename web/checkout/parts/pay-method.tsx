// The ways to pay and their panels. Panels that need scripts are loaded when they are chosen, so that the first load stays within
// its budget.
import type { ComponentType } from 'react';
import { lazyScript } from '#web/ui/lazy-boundary.tsx';
import type { PayMethod } from '../server/view-types.ts';
import type { PayPanelProps } from './pay-panel-props.ts';
import { QrPanel } from './qr-panel.tsx';

interface PayMethodEntry {
  name: PayMethod;
  Panel: ComponentType<PayPanelProps>;
  /** The panel lists coins and networks itself, so the page shows no list. */
  listsNetworks: boolean;
}

/** In the order of the page. Each has the texts `method.<name>` and `method.<name>_hint`. */
export const PAY_METHODS: readonly PayMethodEntry[] = [
  { name: 'allscale', Panel: lazyScript(() => import('../allscale-pay/all-scale-payment.tsx')), listsNetworks: true },
  { name: 'wallet', Panel: lazyScript(() => import('../browser-wallet/wallet-payment.tsx')), listsNetworks: false },
  { name: 'qr', Panel: QrPanel, listsNetworks: false },
];

/** Works without scripts. */
export const DEFAULT_METHOD: PayMethod = 'qr';

/** The way that the URL names, or the default. */
export const payMethodOf = (parameters: URLSearchParams): PayMethodEntry => {
  const named = PAY_METHODS.find(({ name }) => name === parameters.get('method'));
  const entry = named ?? PAY_METHODS.find(({ name }) => name === DEFAULT_METHOD);
  if (!entry) throw new Error('The default way to pay is not offered');
  return entry;
};
