// Payment links as their readers need them: a store's list, one link, and the public page.
import type { IntentId } from '#domain/ids.ts';
import type { LinkStatus } from '#domain/payment-links.ts';
import type { CheckoutIntent } from '../entities/intent.entity.ts';
import { LinkPicture, OrderSource, PaymentLink } from '../entities/payment-link.entity.ts';
import type { Em } from '../orm.ts';

/** Newest first. @param archived the archived ones, else all others */
export const listLinks = (em: Em, storeId: string, archived: boolean): Promise<PaymentLink[]> => {
  const status: LinkStatus[] = archived ? ['archived'] : ['active', 'paused'];
  return em
    .fork()
    .find(PaymentLink, { store: storeId, status: { $in: status } }, { orderBy: { createdAt: 'desc', id: 'desc' } });
};

export interface FoundLink {
  link: PaymentLink;
  /** The hash of its picture, or null. */
  picture: string | null;
}

const withPicture = async (em: Em, link: PaymentLink | null): Promise<FoundLink | null> => {
  if (!link) return null;
  const picture = await em.findOne(LinkPicture, { link }, { fields: ['sha256'] });
  return { link, picture: picture?.sha256 ?? null };
};

/** Null when the store has no such link. */
export const findLink = async (entityManager: Em, storeId: string, id: string): Promise<FoundLink | null> => {
  const em = entityManager.fork();
  return await withPicture(em, await em.findOne(PaymentLink, { id, store: storeId }));
};

/** A link that anybody may see, with its store and merchant: null for an unknown and for an archived one. */
export const findPublicLink = async (entityManager: Em, slug: string): Promise<FoundLink | null> => {
  const em = entityManager.fork();
  const where = { slug, status: { $ne: 'archived' as const } };
  return await withPicture(em, await em.findOne(PaymentLink, where, { populate: ['store.merchant'] }));
};

export interface SourcedOrder
  extends Pick<CheckoutIntent, 'status' | 'amountUnits' | 'stableCoin' | 'createdAt' | 'confirmedAt'> {
  id: IntentId;
  orderId: string | null;
  quantity: number;
}

/** The newest orders of a link or an invoice. */
export const ordersOf = async (
  em: Em,
  source: { link: string } | { invoice: string },
  limit: number,
): Promise<SourcedOrder[]> => {
  const rows = await em.fork().find(OrderSource, source, {
    populate: ['intent'],
    orderBy: { intent: { id: 'desc' } },
    limit,
  });
  return rows.map(({ quantity, intent }) => ({
    id: intent.id,
    orderId: intent.orderId ?? null,
    status: intent.status,
    amountUnits: intent.amountUnits,
    stableCoin: intent.stableCoin,
    createdAt: intent.createdAt,
    confirmedAt: intent.confirmedAt ?? null,
    quantity,
  }));
};

/** The link or invoice that an order came from; null for other orders. */
export const sourceOf = async (
  em: Em,
  intentId: IntentId,
): Promise<{ kind: 'link' | 'invoice'; id: string; name: string } | null> => {
  const row = await em.fork().findOne(OrderSource, { intent: intentId }, { populate: ['link', 'invoice'] });
  if (row?.link)
    return { kind: 'link', id: row.link.id, name: row.link.texts[row.link.language]?.title ?? row.link.slug };
  if (row?.invoice) return { kind: 'invoice', id: row.invoice.id, name: row.invoice.number ?? row.invoice.id };
  return null;
};
