// The props of the panel of a way to pay.
import type { Hex } from '#domain/address.ts';
import type { CheckoutSummary, PayPhase } from '../server/view-types.ts';

/** The progress of a payment that the panel sends itself; the page shows it in its stepper and its live region. */
export type PayProgress =
  /** `paying`: the amount and coin that the panel has picked, where it lists coins and networks itself. */
  | { step: 'idle'; paying?: { amount: string; coin: string } | undefined }
  /** The wallet waits for its owner's approval. */
  | { step: 'approving' }
  /** Broadcast. The page shows "Sent" and reads its view again. */
  | { step: 'sent'; txHash: Hex | null };

export interface PayPanelProps {
  summary: CheckoutSummary;
  /** The chosen coin and network, the amount due, and the deposit address. */
  state: PayPhase;
  progress: PayProgress;
  onProgress(progress: PayProgress): void;
}
