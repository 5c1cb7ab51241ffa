// One state of a checkout page, as tests and screenshots make it.
import type { IntentId } from '#domain/ids.ts';
import type { CheckoutWorld } from './checkout-world.ts';

export interface CheckoutState {
  name: string;
  /** `data-phase` of the page. */
  phase: string;
  /** The only h1. */
  heading: string;
  make(world: CheckoutWorld): Promise<IntentId>;
  /** Added to the page's URL. */
  search?: string;
}
