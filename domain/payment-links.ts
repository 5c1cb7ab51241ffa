// Payment links: their public names, their texts by language, and when they can be paid (decision 0082). Pure: the caller has the clock
// and the random bytes.
import { LANGUAGES, type Language } from './languages.ts';
import { type Cents, multiply } from './money.ts';

export type LinkStatus = 'active' | 'paused' | 'archived';

export interface LinkText {
  title: string;
  /** Several lines; empty for none. */
  description: string;
}

/** By language; the link's own language is always there. */
export type LinkTexts = Partial<Record<Language, LinkText>>;

export const SLUG_MAX = 60;
export const MAX_QUANTITY = 1_000;
export const MAX_STOCK = 1_000_000;

/** With a stock, an order that nobody pays gives its part back after this time. */
export const STOCK_CHECKOUT_SECONDS = 900;
/** Open orders of one network address and link. */
export const OPEN_PER_ADDRESS = { withStock: 5, withoutStock: 30 } as const;

/** No l, o, 0, 1: people read it from posters. 32 characters. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const RANDOM_BYTES = 10;

/** 16 characters of 80 random bits. @param random 10 random bytes */
export const makeSlug = (random: Uint8Array): string => {
  if (random.length !== RANDOM_BYTES) throw new RangeError(`${RANDOM_BYTES} random bytes needed`);
  let bits = random.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
  let slug = '';
  for (let at = 0; at < (RANDOM_BYTES * 8) / 5; at += 1) {
    slug = ALPHABET.charAt(Number(bits & 31n)) + slug;
    bits >>= 5n;
  }
  return slug;
};

/** Why a name cannot be the last part of a link's URL, as a message; undefined when it can. */
export const slugProblem = (text: string): string | undefined => {
  if (text.length < 3 || text.length > SLUG_MAX) return `must have 3 to ${SLUG_MAX} characters`;
  return /^[a-z0-9][a-z0-9-]*[a-z0-9]$/.test(text)
    ? undefined
    : 'must have only small letters a to z, digits and hyphens, and begin and end with a letter or digit';
};

export interface LinkStock {
  /** Absent or null without a limit. */
  stock?: number | null | undefined;
  reserved: number;
  sold: number;
}

export interface LinkStanding extends LinkStock {
  status: LinkStatus;
  expiresAt?: Date | null | undefined;
}

/** How many are left; null without a limit. Never below 0: an accepted late payment may exceed the stock. */
export const leftOf = ({ stock, reserved, sold }: LinkStock): number | null =>
  stock == null ? null : Math.max(0, stock - reserved - sold);

/** The most that one order can have now. */
export const mostOf = (link: LinkStock & { maxQuantity: number }): number =>
  Math.min(link.maxQuantity, leftOf(link) ?? link.maxQuantity);

export type LinkState = 'open' | 'paused' | 'expired' | 'sold_out' | 'archived';

/** `sold_out` also while the rest is in orders that are not paid yet. */
export const linkState = (link: LinkStanding, now: Date): LinkState => {
  if (link.status !== 'active') return link.status;
  if (link.expiresAt != null && link.expiresAt.getTime() <= now.getTime()) return 'expired';
  return leftOf(link) === 0 ? 'sold_out' : 'open';
};

const isFilled = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';

/** Title and description in a language, each from the link's own language where it has none. */
export const linkText = (texts: LinkTexts, own: Language, wanted: Language): LinkText => {
  const [inWanted, inOwn] = [texts[wanted], texts[own]];
  return {
    title: isFilled(inWanted?.title) ? inWanted.title : (inOwn?.title ?? ''),
    description: isFilled(inWanted?.description) ? inWanted.description : (inOwn?.description ?? ''),
  };
};

/** The languages that a link has a title in. */
export const languagesOf = (texts: LinkTexts): Language[] =>
  (Object.keys(LANGUAGES) as Language[]).filter((language) => isFilled(texts[language]?.title));

export interface LinkPrice {
  /** The price of one; null when the shopper names the amount. */
  amountCents: Cents | null;
  minCents: Cents | null;
  maxCents: Cents | null;
}

export type LinkAmount = { cents: Cents } | { problem: 'amount_missing' | 'amount_too_small' | 'amount_too_large' };

/** What an order of a link costs. @param named what the shopper typed, for an open amount; undefined when it is no amount */
export const linkAmount = (
  { amountCents, minCents, maxCents }: { [Key in keyof LinkPrice]?: LinkPrice[Key] | undefined },
  quantity: number,
  named: Cents | undefined,
): LinkAmount => {
  if (amountCents != null) return { cents: multiply(amountCents, BigInt(quantity)) };
  if (named === undefined) return { problem: 'amount_missing' };
  if (minCents != null && named < minCents) return { problem: 'amount_too_small' };
  if (maxCents != null && named > maxCents) return { problem: 'amount_too_large' };
  return { cents: multiply(named, BigInt(quantity)) };
};

/** The order id of a link's order, readable in lists and files. */
export const linkOrderId = (slug: string, count: number): string => `L-${slug}-${count}`;

/** What the shopper buys, as the order's description: `3 × Blue mug`. */
export const linkOrderDescription = (title: string, quantity: number): string =>
  quantity === 1 ? title : `${quantity} × ${title}`;
