// What the page gives the panel of a way to pay, and what it hears from it.
import type { Hex } from '#domain/address.ts';
import type { CheckoutSummary, PayPhase } from '../server/view-types.ts';

/** How far a panel got with a payment that it sends itself; the page shows it in its stepper and its live region. */
export type PayProgress =
  | { step: 'idle' }
  /** The wallet asks its owner. */
  | { step: 'approving' }
  /** Broadcast. The page says "Sent", and reads again at once; confirmations are the server's news. */
  | { step: 'sent'; txHash: Hex | null };

export interface PayPanelProps {
  summary: CheckoutSummary;
  /** Coin and network that are chosen, what is still due, and the deposit address. */
  state: PayPhase;
  progress: PayProgress;
  onProgress(progress: PayProgress): void;
}
