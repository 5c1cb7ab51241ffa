// Payment links for a store's members: lists, one link with its orders, its poster, and changes.
import { randomBytes } from 'node:crypto';
import type { PaymentLink } from '#db/entities/payment-link.entity.ts';
import { type FoundLink, findLink, listLinks, ordersOf, type SourcedOrder } from '#db/links/link-list.ts';
import {
  createLink,
  type LinkValues,
  type PictureChange,
  picturePath,
  setLinkStatus,
  updateLink,
} from '#db/links/payment-links.ts';
import type { Orm } from '#db/orm.ts';
import { coinSymbol } from '#domain/coins.ts';
import { UserError } from '#domain/errors.ts';
import type { Language } from '#domain/languages.ts';
import { formatUnits } from '#domain/money.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import { languagesOf, linkState, linkText, makeSlug } from '#domain/payment-links.ts';
import { statusName } from '#domain/status.ts';
import { type OrderMaker, whyNotPayable } from '#web/api/own-orders.ts';
import { linkPrices } from '#web/pay/server/pay-views.ts';
import { qrCode } from '#web/ui/qr-code.ts';
import { makeLogo } from '../../settings/server/logo.ts';
import { linkFormValues } from '../parts/link-form.server.ts';
import type { LinkAct, LinkLine, LinksService, PictureInput, SourcedOrderLine } from './links-types.ts';

/** The newest orders that a link's page shows. */
const ORDERS = 50;

export const linkUrl = (publicUrl: string, slug: string): string => `${publicUrl}/pay/${slug}`;

export interface LinksDeps {
  orm: Orm;
  publicUrl: string;
  orderOf: OrderMaker;
}

export const createLinksService = ({ orm, publicUrl, orderOf }: LinksDeps): LinksService => ({
  list: async (storeId, archived) => (await listLinks(orm.em, storeId, archived)).map(lineOf),

  async find(store, id) {
    const found = await findLink(orm.em, store.id, id);
    if (!found) return null;
    const { link, picture } = found;
    const url = linkUrl(publicUrl, link.slug);
    return {
      ...lineOf(link),
      url,
      qr: qrCode(url),
      picture: picture && picturePath(picture),
      maxQuantity: link.maxQuantity,
      expiresAt: link.expiresAt?.toISOString() ?? null,
      redirectUrl: link.redirectUrl ?? null,
      languages: languagesOf(link.texts),
      orders: (await ordersOf(orm.em, { link: id }, ORDERS)).map(orderLine),
      values: linkFormValues(valuesOf(link), store.timeZone),
      notPayable: linkState(link, new Date()) === 'open' ? await problemOfLink(orderOf, store.id, link) : null,
    };
  },

  async poster(store, id, language) {
    const found = await findLink(orm.em, store.id, id);
    return found && posterOf(found, store, linkUrl(publicUrl, found.link.slug), language);
  },

  async create({ store, actor }, { values, slug }, picture) {
    const given = { slug: slug || makeSlug(randomBytes(10)), values, picture: await pictureOf(picture) };
    return (await createLink(orm.em, store.id, given, actor)).id;
  },

  async update({ store, actor }, id, values, picture) {
    await updateLink(orm.em, store.id, id, { values, picture: await pictureOf(picture) }, actor);
  },

  act: ({ store, actor }, id, act) => setLinkStatus(orm.em, store.id, id, STATUS[act], actor),
});

/** An order of one, at each end of what it may cost. */
const problemOfLink = async (
  orderOf: OrderMaker,
  storeId: string,
  { amountCents, minCents, maxCents, currency, stableCoin }: PaymentLink,
): Promise<string | null> => {
  for (const cents of new Set([amountCents ?? minCents, amountCents ?? maxCents ?? minCents])) {
    const body = { currency: currency ?? null, stable_coin: stableCoin ?? null, amount_cents: Number(cents ?? 100) };
    const problem = await whyNotPayable(orderOf, { storeId, source: OrderSourceKind.LINK, body });
    if (problem !== null) return problem;
  }
  return null;
};

const STATUS = { pause: 'paused', resume: 'active', archive: 'archived', restore: 'paused' } as const satisfies Record<
  LinkAct,
  string
>;

const pictureOf = async ({ upload, remove }: PictureInput): Promise<PictureChange> => {
  if (upload === null || typeof upload === 'string' || upload.size === 0) return remove ? null : undefined;
  try {
    return await makeLogo(Buffer.from(await upload.arrayBuffer()));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, `picture: ${error.message}`);
  }
};

const lineOf = (link: PaymentLink): LinkLine => ({
  id: link.id,
  title: linkText(link.texts, link.language, link.language).title,
  slug: link.slug,
  state: linkState(link, new Date()),
  ...linkPrices(link),
  sold: link.sold,
  reserved: link.reserved,
  stock: link.stock ?? null,
  createdAt: link.createdAt.toISOString(),
});

const valuesOf = (link: PaymentLink): LinkValues => ({
  currency: link.currency ?? null,
  stableCoin: link.stableCoin ?? null,
  amountCents: link.amountCents ?? null,
  minCents: link.minCents ?? null,
  maxCents: link.maxCents ?? null,
  maxQuantity: link.maxQuantity,
  stock: link.stock ?? null,
  expiresAt: link.expiresAt ?? null,
  redirectUrl: link.redirectUrl ?? null,
  language: link.language,
  texts: link.texts,
});

const posterOf = (
  { link, picture }: FoundLink,
  { name, isTest }: { name: string; isTest: boolean },
  url: string,
  wanted: Language | null,
) => {
  const language = wanted ?? link.language;
  return {
    ...linkText(link.texts, link.language, language),
    price: linkPrices(link).price,
    url,
    qr: qrCode(url),
    language,
    picture: picture && picturePath(picture),
    store: { name, isTest },
  };
};

export const orderLine = ({
  id,
  orderId,
  status,
  amountUnits,
  stableCoin,
  quantity,
  createdAt,
}: SourcedOrder): SourcedOrderLine => ({
  id,
  orderId,
  status: statusName(status),
  amount: formatUnits(amountUnits),
  coin: coinSymbol(stableCoin),
  quantity,
  createdAt: createdAt.toISOString(),
});
