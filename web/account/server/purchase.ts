// The purchase that an account page leads back to: its store, amount and time stay in view while somebody signs up or logs in.
import { isIntentId } from '#domain/ids.ts';
import { choiceOf } from '#web/checkout/parts/choice-of.ts';
import type { CheckoutChoice, CheckoutView, PublicStore } from '#web/checkout/server/view-types.ts';

export interface Purchase {
  /** The checkout, with the shopper's choice. */
  path: string;
  store: Pick<PublicStore, 'name' | 'logoUrl' | 'initials' | 'isTest'>;
  /** Still due, a decimal string, and its coin. */
  amount: string;
  coin: string;
  /** ISO-8601. */
  expiresAt: string;
  /** The server's clock, epoch ms. */
  now: number;
}

const CHECKOUT_PATH = /^\/checkout\/([^/?#]+)(?:[?#]|$)/;

/** Null when the path leads elsewhere, or to a checkout that takes no payment any more. @param next a path of this site */
export const readPurchase = async (
  readView: (id: string, choice: CheckoutChoice) => Promise<CheckoutView | null>,
  next: string,
): Promise<Purchase | null> => {
  const [, id = ''] = CHECKOUT_PATH.exec(next) ?? [];
  if (!isIntentId(id)) return null;
  const view = await readView(id, choiceOf(new URL(next, 'http://localhost').searchParams));
  if (view?.state.phase !== 'pay') return null;
  const { summary, state, now } = view;
  const { name, logoUrl, initials, isTest } = summary.store;
  return {
    path: next,
    store: { name, logoUrl, initials, isTest },
    amount: state.due,
    coin: state.choice.coin.symbol,
    expiresAt: state.expiresAt,
    now,
  };
};
