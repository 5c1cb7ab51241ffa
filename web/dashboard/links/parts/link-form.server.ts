// The form of a payment link: its fields as typed, and the values that they mean. Each problem names its field.
import { z } from 'zod';
import type { LinkValues } from '#db/links/payment-links.ts';
import { COIN_IDS, coinSymbol, isCoinId } from '#domain/coins.ts';
import { CURRENCY_IDS, currencySymbol, isCurrencyId } from '#domain/currencies.ts';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { instantOf, localInput } from '#domain/local-time.ts';
import { type Cents, formatDecimal } from '#domain/money.ts';
import { type LinkTexts, MAX_QUANTITY, MAX_STOCK, slugProblem } from '#domain/payment-links.ts';
import { characterCount, isShownLine } from '#domain/text.ts';
import { readTypedAmount, typedProblem } from '#domain/typed-amount.ts';
import { webAddressProblem } from '#domain/web-address.ts';
import { checkbox, text } from '#web/access/form-action.ts';

export const LANGUAGE_LIST = Object.keys(LANGUAGES) as Language[];

/** Prices in a coin or a currency, as a select has them: `coin-1`, `fiat-44`. */
export const PRICINGS: readonly { value: string; label: string }[] = [
  ...COIN_IDS.map((id) => ({ value: `coin-${id}`, label: `${coinSymbol(id)} (no conversion)` })),
  ...CURRENCY_IDS.map((id) => ({ value: `fiat-${id}`, label: currencySymbol(id) })),
];

/** Undefined for a text that is none. */
export const parsePricing = (value: string): Pick<LinkValues, 'currency' | 'stableCoin'> | undefined => {
  const [kind, number] = value.split('-');
  const id = Number(number);
  if (kind === 'coin' && isCoinId(id)) return { currency: null, stableCoin: id };
  if (kind === 'fiat' && isCurrencyId(id)) return { currency: id, stableCoin: null };
  return undefined;
};

export const pricingValue = ({
  currency,
  stableCoin,
}: {
  currency?: number | null | undefined;
  stableCoin?: number | null | undefined;
}) => (currency == null ? `coin-${stableCoin}` : `fiat-${currency}`);

/** The API's most. */
const MAX_CENTS = 10_000_000_000_000n;

/** What is typed as a price, as hundredths; for what is none, for 0 and for too much the reason, as a message. */
export const parseCents = (typed: string): { cents: Cents } | { reason: string } => {
  const read = readTypedAmount(typed);
  if ('problem' in read) return { reason: typedProblem(read, AMOUNT_PROBLEM) };
  return read.cents === 0n || read.cents > MAX_CENTS ? { reason: AMOUNT_PROBLEM } : read;
};

export const centsText = (cents: Cents | null | undefined): string => (cents == null ? '' : formatDecimal(cents, 2, 2));

const AMOUNT_PROBLEM = 'must be an amount above 0 with at most two decimals, such as 12.50';

const whole = (typed: string, max: number): number | undefined =>
  /^\d{1,7}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= max ? Number(typed) : undefined;

const titles = Object.fromEntries(
  LANGUAGE_LIST.flatMap((language) => [
    [`title-${language}`, text],
    [`description-${language}`, text],
  ]),
);

export const linkFields = z.object({
  do: z.literal('save'),
  title: text,
  description: text,
  ...titles,
  language: text,
  pricing: text,
  amounts: text,
  amount: text,
  min: text,
  max: text,
  maxQuantity: text,
  stock: text,
  expires: text,
  redirectUrl: text,
  slug: text,
  removePicture: checkbox,
});

type LinkForm = z.output<typeof linkFields> & Record<string, unknown>;

/**
 * What a link's form means, and what is wrong with it by field.
 * @param endsAfter of a new link: an end that is not after it is a slip of the year or the day. A link that exists may be ended
 */
export const readLinkForm = (
  form: LinkForm,
  timeZone: string,
  endsAfter: Date | null = null,
): { values: LinkValues; slug: string } | { problems: Record<string, string[]> } => {
  const problems: Record<string, string[]> = {};
  const reject = (field: string, message: string): undefined => {
    problems[field] ??= [message];
  };
  const field = (name: string): string => String(form[name] ?? '').trim();

  const language =
    LANGUAGE_LIST.find((known) => known === field('language')) ?? reject('language', 'must be one of the list');
  const texts: LinkTexts = {};
  const readText = (title: string, description: string, name: string): void => {
    if (characterCount(title) > 120 || !isShownLine(title)) {
      reject(`title${name}`, 'must be one line of at most 120 characters');
    }
    if (characterCount(description) > 1_000) reject(`description${name}`, 'must have at most 1,000 characters');
  };
  for (const known of LANGUAGE_LIST) {
    const [title, description] = [field(`title-${known}`), field(`description-${known}`)];
    readText(title, description, `-${known}`);
    if (title !== '' || description !== '') texts[known] = { title, description };
  }
  // The texts at the top are those of the link's own language.
  const own = { title: field('title'), description: field('description') };
  readText(own.title, own.description, '');
  if (own.title === '') reject('title', 'must not be empty');
  if (language) texts[language] = own;

  const pricing = parsePricing(field('pricing')) ?? reject('pricing', 'must be one of the list');
  const cents = (name: 'amount' | 'min' | 'max'): Cents | null => {
    const read = parseCents(field(name));
    return 'cents' in read ? read.cents : (reject(name, read.reason) ?? null);
  };
  const isOpen = field('amounts') === 'open';
  const price = isOpen
    ? { amountCents: null, minCents: cents('min'), maxCents: cents('max') }
    : { amountCents: cents('amount'), minCents: null, maxCents: null };
  if (price.minCents !== null && price.maxCents !== null && price.maxCents < price.minCents) {
    reject('max', 'must not be below the smallest amount');
  }

  const maxQuantity =
    field('maxQuantity') === ''
      ? 1
      : (whole(field('maxQuantity'), MAX_QUANTITY) ??
        reject('maxQuantity', `must be a whole number from 1 to ${MAX_QUANTITY}`));
  const stock =
    field('stock') === ''
      ? null
      : field('stock') === '0'
        ? 0
        : (whole(field('stock'), MAX_STOCK) ??
          reject('stock', `must be a whole number up to ${MAX_STOCK.toLocaleString('en')}`));
  const expiresAt =
    field('expires') === ''
      ? null
      : (instantOf(field('expires'), timeZone) ?? reject('expires', 'must be a date and time'));
  if (expiresAt && endsAfter && expiresAt <= endsAfter) reject('expires', 'must be in the future');
  const redirectUrl = field('redirectUrl') === '' ? null : field('redirectUrl');
  const badUrl = redirectUrl === null ? undefined : webAddressProblem(redirectUrl);
  if (badUrl) reject('redirectUrl', badUrl);
  const slug = field('slug').toLowerCase();
  const badSlug = slug === '' ? undefined : slugProblem(slug);
  if (badSlug) reject('slug', badSlug);

  if (
    Object.keys(problems).length > 0 ||
    !language ||
    !pricing ||
    maxQuantity === undefined ||
    stock === undefined ||
    expiresAt === undefined
  ) {
    return { problems };
  }
  return { slug, values: { ...pricing, ...price, maxQuantity, stock, expiresAt, redirectUrl, language, texts } };
};

/** A link's values as its form has them. */
export const linkFormValues = (link: LinkValues, timeZone: string): Record<string, string> => ({
  title: link.texts[link.language]?.title ?? '',
  description: link.texts[link.language]?.description ?? '',
  ...Object.fromEntries(
    LANGUAGE_LIST.filter((language) => language !== link.language).flatMap((language) => [
      [`title-${language}`, link.texts[language]?.title ?? ''],
      [`description-${language}`, link.texts[language]?.description ?? ''],
    ]),
  ),
  language: link.language,
  pricing: pricingValue(link),
  amounts: link.amountCents === null ? 'open' : 'fixed',
  amount: centsText(link.amountCents),
  min: centsText(link.minCents),
  max: centsText(link.maxCents),
  maxQuantity: String(link.maxQuantity),
  stock: link.stock === null ? '' : String(link.stock),
  expires: link.expiresAt === null ? '' : localInput(link.expiresAt.toISOString(), timeZone),
  redirectUrl: link.redirectUrl ?? '',
});
