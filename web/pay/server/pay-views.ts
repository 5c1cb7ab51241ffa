// What the public pages show, from rows. Texts from before their check are neutralised, as on the checkout.

import type { InvoiceLine } from '#db/entities/invoice.entity.ts';
import type { PaymentLink } from '#db/entities/payment-link.entity.ts';
import type { Store } from '#db/entities/store.entity.ts';
import type { FoundInvoice } from '#db/invoices/invoice-list.ts';
import { invoiceUrl } from '#db/invoices/invoice-mails.ts';
import type { InvoicePart, InvoicePayment, Sending } from '#db/invoices/invoice-parts.ts';
import type { FoundLink } from '#db/links/link-list.ts';
import { picturePath } from '#db/links/payment-links.ts';
import { type CoinId, coinSymbol } from '#domain/coins.ts';
import { type CurrencyId, currencySymbol } from '#domain/currencies.ts';
import { invoiceTotal, isOverdue, lineTotal } from '#domain/invoices.ts';
import type { Language } from '#domain/languages.ts';
import { type Cents, formatDecimal } from '#domain/money.ts';
import { leftOf, linkState, linkText, mostOf } from '#domain/payment-links.ts';
import { takesOrders } from '#domain/store-standing.ts';
import { neutralText } from '#domain/text.ts';
import { publicStore } from '#web/checkout/server/public-store.ts';
import { qrCode } from '#web/ui/qr-code.ts';
import type { InvoiceView, LinkView, Price } from './pay-types.ts';

export interface Priced {
  currency?: CurrencyId | null | undefined;
  stableCoin?: CoinId | null | undefined;
}

export const priceOf = ({ currency, stableCoin }: Priced, cents: Cents): Price => ({
  amount: formatDecimal(cents, 2, 2),
  unit: currency != null ? { fiat: currencySymbol(currency) } : { coin: coinSymbol(stableCoin ?? 1) },
});

/** Whether store and merchant may take payments. */
export const isActive = ({ status, merchant, isTest }: Store): boolean =>
  takesOrders({ status, merchantStatus: merchant.status, isTest });

/** The price of a link, or the bounds between which the shopper names it. */
export const linkPrices = (link: PaymentLink): Pick<LinkView, 'price' | 'bounds'> => {
  const { minCents: min, maxCents: max, amountCents } = link;
  return {
    price: amountCents == null ? null : priceOf(link, amountCents),
    bounds: min == null || max == null ? null : { min: priceOf(link, min), max: priceOf(link, max) },
  };
};

/** How many are left is said when it is this few. */
const FEW = 10;

export const linkView = ({ link, picture }: FoundLink, wanted: Language | null, now: Date): LinkView => {
  const { store } = link;
  const language = wanted ?? link.language;
  const left = leftOf(link);
  const state = isActive(store) ? linkState(link, now) : 'paused';
  return {
    slug: link.slug,
    store: publicStore(store),
    language,
    ...linkText(link.texts, link.language, language),
    picture: picture && picturePath(picture),
    state: state === 'archived' ? 'paused' : state,
    ...linkPrices(link),
    most: mostOf(link),
    isAllSold: left === 0 && link.reserved === 0,
    left: left !== null && left > 0 && left <= FEW ? left : null,
    expiresAt: link.expiresAt?.toISOString() ?? null,
    timeZone: store.timeZone,
  };
};

const lineView = (priced: Priced, line: InvoiceLine): InvoiceView['lines'][number] => ({
  description: neutralText(line.description),
  quantity: line.quantity,
  price: priceOf(priced, line.unitCents),
  total: priceOf(priced, lineTotal(line)),
});

export const invoiceView = (
  { invoice, lines }: FoundInvoice,
  { payment, part }: { payment: InvoicePayment; part: InvoicePart | null },
  wanted: Language | null,
  { now, publicUrl, hasMoreThanDue }: Sending & { hasMoreThanDue: boolean },
): InvoiceView => {
  const { store, status, number, issuedAt } = invoice;
  if (status === 'draft' || number == null || issuedAt == null) throw new Error(`Invoice ${invoice.id} is not issued`);
  const isBegun = payment.kind === 'open' && payment.hasMoney;
  const offers = { none: 'pay', open: isBegun ? 'rest' : 'continue', review: 'review' } as const;
  const isOffered = status === 'open' && (isActive(store) || payment.kind === 'review');
  const offer = isOffered ? offers[payment.kind] : null;
  const url = invoiceUrl(publicUrl, invoice.token);
  return {
    token: invoice.token,
    store: publicStore(store),
    language: wanted ?? invoice.language,
    number,
    status: isOverdue(invoice, now, store.timeZone) ? 'overdue' : status,
    customerName: neutralText(invoice.customerName),
    customerAddress: invoice.customerAddress == null ? null : neutralText(invoice.customerAddress),
    memo: invoice.memo == null ? null : neutralText(invoice.memo),
    issuedAt: issuedAt.toISOString(),
    timeZone: store.timeZone,
    dueDay: invoice.dueDay,
    lines: lines.map((line) => lineView(invoice, line)),
    total: priceOf(invoice, invoiceTotal(lines)),
    payment: offer,
    part: offer === 'rest' ? part : null,
    hasMoreThanDue,
    payAt: offer === null || offer === 'review' ? null : { url, qr: qrCode(url) },
  };
};
