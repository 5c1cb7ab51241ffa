// Payment links and invoices for the people who pay them: what the pages show, and presses. A press makes an ordinary order (decision 0082).
import { createHash } from 'node:crypto';
import { findPublicInvoice } from '#db/invoices/invoice-list.ts';
import { invoicePart, invoicePayment } from '#db/invoices/invoice-parts.ts';
import { hasMoreThanDue } from '#db/invoices/paid-again.ts';
import { pressInvoice } from '#db/invoices/press-invoice.ts';
import { findPublicLink } from '#db/links/link-list.ts';
import { pressLink } from '#db/links/press-link.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import { invoiceOrderDescription, invoiceTotal } from '#domain/invoices.ts';
import type { Cents } from '#domain/money.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import {
  linkAmount,
  linkOrderDescription,
  linkState,
  linkText,
  mostOf,
  STOCK_CHECKOUT_SECONDS,
} from '#domain/payment-links.ts';
import { isUnclear, readTypedAmount } from '#domain/typed-amount.ts';
import { createOrderMaker, type OrderMakerDeps } from '#web/api/own-orders.ts';
import { lazyLimiters } from '#web/api/rate-limit.ts';
import { addressCountKey } from '#web/http/ip-address.ts';
import { priceText } from '../parts/price-text.ts';
import type { LinkPressRequest, PayOutcome, PayProblem, PayService } from './pay-types.ts';
import { invoiceView, isActive, linkView, type Priced, priceOf } from './pay-views.ts';

/** Presses in a minute: of one network address on one link or invoice, and of all on one. */
const PER_ADDRESS = 20;
const PER_PAGE = 300;

const SLUG = /^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$/;
const TOKEN = /^[0-9a-f]{32}$/;

export interface PayServiceDeps extends OrderMakerDeps {
  /** Without a trailing slash. */
  publicUrl: string;
}

const problem = (kind: PayProblem, values: Record<string, string> = {}): PayOutcome => ({
  kind: 'problem',
  problem: kind,
  values,
});

export const createPayService = (deps: PayServiceDeps): PayService => {
  const { orm, publicUrl } = deps;
  const orderOf = createOrderMaker(deps);
  const limited = createPressLimit(orm);
  return {
    async link(slug, language) {
      const found = SLUG.test(slug) ? await findPublicLink(orm.em, slug) : null;
      return found && linkView(found, language, new Date());
    },

    async pressLink(request) {
      const { slug, language, clientAddress, browserHash } = request;
      const found = SLUG.test(slug) ? await findPublicLink(orm.em, slug) : null;
      if (!found) return null;
      const { link } = found;
      // Before the limit: a wrong number makes nothing and asks nobody, and is put right by another press.
      const wanted = wantedOf(link, request);
      if ('problem' in wanted) return problem(wanted.problem, wanted.values);
      const wait = await limited(link.id, clientAddress);
      if (wait !== null) return problem('too_often', { seconds: String(wait) });
      const { quantity, named, cents } = wanted;
      try {
        const intent = await orderOf({
          storeId: link.store.id,
          source: OrderSourceKind.LINK,
          body: {
            ...pricing(link),
            amount_cents: Number(cents),
            order_description: linkOrderDescription(linkText(link.texts, link.language, language).title, quantity),
            redirect_url: link.redirectUrl ?? null,
          },
          ...(link.stock == null ? {} : { ttlSeconds: STOCK_CHECKOUT_SECONDS }),
        });
        const outcome = await pressLink(orm.em, {
          linkId: link.id,
          quantity,
          named,
          browserHash: browserHash(link.id),
          addressHash: hashOf(link.id, clientAddress),
          intent,
        });
        return outcome.kind === 'open' && !outcome.isSame
          ? { kind: 'open', id: outcome.id }
          : { kind: 'order', id: outcome.id };
      } catch (error) {
        return problemOf(error);
      }
    },

    async invoice(token, language) {
      const found = TOKEN.test(token) ? await findPublicInvoice(orm.em, token) : null;
      if (!found) return null;
      const em = orm.em.fork();
      const { id, status } = found.invoice;
      const [payment, isTooMuch] = await Promise.all([
        invoicePayment(em, id),
        status === 'paid' && hasMoreThanDue(orm.em, id),
      ]);
      const part = await invoicePart(em, found.invoice, payment);
      const told = { now: new Date(), publicUrl, hasMoreThanDue: isTooMuch };
      return invoiceView(found, { payment, part }, language, told);
    },

    async pressInvoice(token, clientAddress) {
      const found = TOKEN.test(token) ? await findPublicInvoice(orm.em, token) : null;
      if (!found) return null;
      const { invoice, lines } = found;
      if (invoice.status !== 'open' || !isActive(invoice.store)) return problem('not_now');
      const wait = await limited(invoice.id, clientAddress);
      if (wait !== null) return problem('too_often', { seconds: String(wait) });
      try {
        const intent = await orderOf({
          storeId: invoice.store.id,
          source: OrderSourceKind.INVOICE,
          body: {
            ...pricing(invoice),
            amount_cents: Number(invoiceTotal(lines)),
            order_description: invoiceOrderDescription(lines),
            redirect_url: `${publicUrl}/invoice/${token}`,
          },
          shopperEmail: invoice.customerEmail ?? null,
        });
        return { kind: 'order', id: await pressInvoice(orm.em, invoice.id, intent) };
      } catch (error) {
        return problemOf(error);
      }
    },
  };
};

const pricing = ({ currency, stableCoin }: Priced) => ({
  currency: currency ?? null,
  stable_coin: stableCoin ?? null,
});

const hashOf = (subject: string, clientAddress: string): string =>
  createHash('sha256')
    .update(`${subject} ${addressCountKey(clientAddress)}`)
    .digest('hex');

type FoundLink = NonNullable<Awaited<ReturnType<typeof findPublicLink>>>['link'];

/** What the shopper asks for, checked against what the page offered. */
const wantedOf = (
  link: FoundLink,
  { quantity: typed, amount, language }: LinkPressRequest,
):
  | { quantity: number; named: Cents | undefined; cents: Cents }
  | { problem: PayProblem; values: Record<string, string> } => {
  if (!isActive(link.store) || linkState(link, new Date()) !== 'open') return { problem: 'changed', values: {} };
  const quantity = typed === '' ? 1 : Number(typed);
  const most = mostOf(link);
  if (!/^\d{0,4}$/.test(typed) || quantity < 1 || quantity > most) {
    return { problem: 'quantity', values: { most: String(most) } };
  }
  const read = readTypedAmount(amount);
  if (link.amountCents == null && isUnclear(read)) {
    return { problem: 'amount_unclear', values: {} };
  }
  const named = 'cents' in read ? read.cents : undefined;
  const found = linkAmount(link, quantity, named);
  if ('cents' in found) return { quantity, named, cents: found.cents };
  const text = (cents: Cents | null | undefined): string =>
    cents == null ? '' : priceText(language, priceOf(link, cents));
  return { problem: found.problem, values: { min: text(link.minCents), max: text(link.maxCents) } };
};

/** Problems that a shopper can do something about; every other reason is for the merchant, and is not shown here. */
const problemOf = (error: unknown): PayOutcome => {
  if (!(error instanceof UserError)) throw error;
  const { code, values } = error;
  if (code === 'quantity' || code === 'too_many_open') return problem(code, values);
  if (code === 'link_changed' || code === 'link_sold_out' || code === 'link_expired' || code === 'link_paused') {
    return problem('changed');
  }
  return problem('not_now');
};

/** Counts a press. Null when it is allowed, else the seconds to wait. */
const createPressLimit = (
  orm: Pick<Orm, 'em'>,
): ((subject: string, clientAddress: string) => Promise<number | null>) => {
  const limiters = lazyLimiters(orm, {
    byAddress: ['press_address', { perMinute: PER_ADDRESS }],
    byPage: ['press_page', { perMinute: PER_PAGE }],
  });
  return async (subject, clientAddress) => {
    const { byAddress, byPage } = await limiters();
    const key = `${subject} ${addressCountKey(clientAddress)}`;
    const wait = (await byAddress.take(key)) ?? (await byPage.take(subject));
    return wait === null ? null : Math.max(1, Math.ceil(wait / 1000));
  };
};
