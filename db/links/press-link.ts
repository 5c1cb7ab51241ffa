// A shopper's press on a payment link: one order, with its part of the stock, in one transaction under the link's lock (decision 0082).
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Cents } from '#domain/money.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import { linkAmount, linkOrderId, linkState, mostOf, OPEN_PER_ADDRESS } from '#domain/payment-links.ts';
import { isAwaitingPayment } from '#domain/status.ts';
import { OrderSource, type PaymentLink } from '../entities/payment-link.entity.ts';
import { insertIntent } from '../intents/create-intent.ts';
import type { NewIntent } from '../intents/intent-columns.ts';
import type { Em } from '../orm.ts';
import { lockLink } from './payment-links.ts';

export interface LinkPress {
  linkId: string;
  quantity: number;
  /** What the shopper named, for an open amount. */
  named: Cents | undefined;
  /** Of link and browser: the same browser has one open order of the link. */
  browserHash: string;
  /** Of link and network address. */
  addressHash: string;
  /** Priced for this press; its order id is given here. */
  intent: NewIntent;
}

/** `open`: the browser has an open order of the link already, and nothing was made; `isSame`: of the same amount and quantity. */
export type PressOutcome = { kind: 'made'; id: IntentId } | { kind: 'open'; id: IntentId; isSame: boolean };

/** The open order of a browser and link. Null for one that is not waiting for money any more. */
const openOrderOf = async (em: Em, linkId: string, browserHash: string) => {
  return await em.findOne(OrderSource, { link: linkId, browserHash, state: 'open' }, { populate: ['intent'] });
};

/**
 * Safe to run twice: the second time it finds the order of the first. Throws UserError: `no_link`, `link_<state>`, `quantity`, `link_changed`
 * or `too_many_open`.
 */
export const pressLink = (entityManager: Em, press: LinkPress): Promise<PressOutcome> =>
  entityManager.fork().transactional(async (em) => {
    const { linkId, quantity, browserHash, addressHash, intent } = press;
    const link = await lockLink(em, linkId);
    const open = await openOrderOf(em, linkId, browserHash);
    if (open) {
      const { id, amountCents, status } = open.intent;
      const asks = amountCents === intent.amountCents && open.quantity === quantity;
      return { kind: 'open', id, isSame: asks && isAwaitingPayment(status) };
    }
    await checkPress(em, link, press);
    const count = link.orderCount + 1;
    const order: NewIntent = { ...intent, source: OrderSourceKind.LINK, orderId: linkOrderId(link.slug, count) };
    await insertIntent(em, order);
    em.create(OrderSource, {
      intent: order.id,
      link,
      quantity,
      browserHash,
      addressHash,
      createdAt: order.createdAt,
    });
    link.orderCount = count;
    link.reserved += quantity;
    await em.flush();
    return { kind: 'made', id: order.id };
  });

const checkPress = async (em: Em, link: PaymentLink, { quantity, named, addressHash, intent }: LinkPress) => {
  const state = linkState(link, new Date());
  if (state !== 'open') throw new UserError(`link_${state}`, 'This cannot be ordered now.');
  const most = mostOf(link);
  if (quantity < 1 || quantity > most) {
    throw new UserError('quantity', `quantity: at most ${most} can be ordered now`, { values: { most: String(most) } });
  }
  const amount = linkAmount(link, quantity, named);
  // The price was read before the lock: the merchant may have changed it meanwhile.
  const isPriced =
    'cents' in amount &&
    amount.cents === intent.amountCents &&
    (link.currency ?? null) === intent.currency &&
    (link.stableCoin ?? intent.stableCoin) === intent.stableCoin;
  if (!isPriced) throw new UserError('link_changed', 'The price has changed. Look at the page again.');
  const limit = link.stock == null ? OPEN_PER_ADDRESS.withoutStock : OPEN_PER_ADDRESS.withStock;
  if ((await em.count(OrderSource, { link, addressHash, state: 'open' })) >= limit) {
    throw new UserError('too_many_open', 'Too many orders from your network are open. Pay or cancel one first.');
  }
};
