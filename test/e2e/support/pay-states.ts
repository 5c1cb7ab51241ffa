// Every state of the public pages of payment links and invoices, made from nothing. Their store has no support contact: the page itself
// must lead on.
import { randomBytes } from 'node:crypto';
import { Invoice } from '#db/entities/invoice.entity.ts';
import { OrderSource, PaymentLink } from '#db/entities/payment-link.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { createInvoice, issueInvoice, voidInvoice } from '#db/invoices/invoices.ts';
import { createLink, type LinkValues, setLinkStatus } from '#db/links/payment-links.ts';
import { WORKER } from '#db/merchants/audit.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import type { Em } from '#db/orm.ts';
import { toChecksumAddress } from '#domain/address.ts';
import type { Day } from '#domain/local-days.ts';
import { centsOf } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { makeSlug } from '#domain/payment-links.ts';
import type { PayTextKey } from '#web/pay/text/en.ts';
import type { CheckoutWorld } from './checkout-world.ts';

export interface PayPage {
  name: string;
  path: string;
  /** Texts without values that the page must show. */
  shows: readonly PayTextKey[];
  /** Nothing can be paid, and the page leads on: to itself, where that may change, and to the start page. */
  closed: boolean;
  again: boolean;
}

const STORE = 'Quiet Shop';
const PRICE = { currency: null, stableCoin: 1 as const };

const VALUES: LinkValues = {
  ...PRICE,
  ...{ amountCents: centsOf(1_250), minCents: null, maxCents: null, maxQuantity: 3, stock: null },
  ...{ expiresAt: null, redirectUrl: null, language: 'en' },
  texts: { en: { title: 'Blue mug, hand made in Kiel', description: 'Fired twice, and glazed by hand.' } },
};

const newStore = async (em: Em): Promise<string> => {
  const { storeId } = await createMerchantAndStore(em, {
    name: STORE,
    email: `quiet-${randomBytes(4).toString('hex')}@example.com`,
    receiver: knownPayable(toChecksumAddress(`0x${'34'.repeat(20)}`)),
  });
  return storeId;
};

/** A page of each state, in a store that takes payments and in one that does not. */
export const makePayPages = async ({ orm, url, intent }: CheckoutWorld): Promise<PayPage[]> => {
  const em = orm.em.fork();
  const [open, stopped] = [await newStore(em), await newStore(em)];
  const link = async (storeId: string, change: Partial<LinkValues> = {}): Promise<{ id: string; path: string }> => {
    const slug = makeSlug(randomBytes(10));
    const { id } = await createLink(em, storeId, { slug, values: { ...VALUES, ...change } }, WORKER);
    return { id, path: `/pay/${slug}` };
  };
  const invoice = async (storeId: string, dueDay: string): Promise<{ id: string; path: string }> => {
    const id = await createInvoice(
      em,
      storeId,
      {
        ...{ ...PRICE, language: 'en', customerName: 'Café Süd', customerEmail: null, customerAddress: null },
        ...{ memo: 'Thank you for the order.', dueDay: dueDay as Day },
        ...{ remindBeforeDays: null, remindOnDueDay: false, remindAfterDays: null },
        lines: [{ description: 'Espresso, 1 kg', quantity: 30, unitCents: centsOf(83) }],
      },
      WORKER,
    );
    await issueInvoice(em, storeId, id, { now: new Date(), publicUrl: url }, WORKER);
    const { token } = await em.findOneOrFail(Invoice, id);
    return { id, path: `/invoice/${token}` };
  };
  const page = (name: string, path: string, shows: PayTextKey[], closed = false, again = closed): PayPage => ({
    ...{ name, path, shows, closed, again },
  });

  const [fixed, named, ended, sold, held, paused, ofStopped] = [
    await link(open),
    await link(open, {
      amountCents: null,
      minCents: centsOf(100),
      maxCents: centsOf(50_000),
      stock: 4,
      maxQuantity: 2,
    }),
    await link(open, { expiresAt: new Date(Date.now() - 60_000) }),
    await link(open, { stock: 0 }),
    await link(open, { stock: 1 }),
    await link(open),
    await link(stopped),
  ];
  await setLinkStatus(em, open, paused.id, 'paused', WORKER);
  await em.nativeUpdate(PaymentLink, { id: held.id }, { reserved: 1 });

  const [due, late, paid, withdrawn, looked, unpayable] = [
    await invoice(open, '2036-01-01'),
    await invoice(open, '2020-01-01'),
    await invoice(open, '2036-01-01'),
    await invoice(open, '2036-01-01'),
    await invoice(open, '2036-01-01'),
    await invoice(stopped, '2036-01-01'),
  ];
  await em.nativeUpdate(Invoice, { id: paid.id }, { status: 'paid', paidAt: new Date() });
  await voidInvoice(em, open, withdrawn.id, WORKER);
  await em.insert(OrderSource, {
    ...{ intent: await intent(), invoice: looked.id, state: 'review', createdAt: new Date() },
  });
  await em.nativeUpdate(Store, { id: stopped }, { status: 'suspended' });

  return [
    page('link', fixed.path, ['pay', 'how', 'quantity']),
    page('link, amount named by the shopper', named.path, ['pay', 'how', 'quantity']),
    page('link, paused', paused.path, ['paused.title'], true),
    page('link, ended', ended.path, ['expired.title', 'expired.lead'], true, false),
    page('link, sold out', sold.path, ['sold_out.title', 'sold_out.all'], true),
    page('link, the rest in open orders', held.path, ['sold_out.title', 'sold_out.lead'], true),
    page('link of a suspended store', ofStopped.path, ['paused.title'], true),
    page('invoice', due.path, ['status.open', 'how', 'invoice.total']),
    page('invoice, overdue', late.path, ['status.overdue', 'how']),
    page('invoice, paid', paid.path, ['status.paid', 'invoice.paid_lead']),
    page('invoice, void', withdrawn.path, ['status.void'], true, false),
    page('invoice, in review', looked.path, ['status.open'], true),
    page('invoice of a suspended store', unpayable.path, ['status.open'], true),
  ];
};
