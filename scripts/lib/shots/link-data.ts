// Payment links and invoices of the store that the screenshots show.
import { randomBytes } from 'node:crypto';
import { createInvoice, issueInvoice, voidInvoice } from '#db/invoices/invoices.ts';
import { createLink, type LinkValues, setLinkStatus } from '#db/links/payment-links.ts';
import type { Actor } from '#db/merchants/audit.ts';
import type { Day } from '#domain/local-days.ts';
import { centsOf } from '#domain/money.ts';
import { makeSlug } from '#domain/payment-links.ts';
import type { CheckoutWorld } from '#test/e2e/support/checkout-world.ts';

/** A link with a stock, one whose amount shoppers name, and a paused one; an invoice in each state that a merchant brings about, the draft returned. */
export const addLinksAndInvoices = async (
  { orm, storeId, url }: CheckoutWorld,
  actor: Actor,
): Promise<{ linkId: string; invoiceId: string }> => {
  const em = orm.em.fork();
  const price = { currency: null, stableCoin: 1 as const };
  const link = async (title: string, change: Partial<LinkValues> = {}): Promise<string> => {
    const values: LinkValues = {
      ...{ ...price, amountCents: centsOf(2_400), minCents: null, maxCents: null, maxQuantity: 3, stock: 40 },
      ...{ expiresAt: null, redirectUrl: null, language: 'en' },
      ...{ texts: { en: { title, description: 'Hand made in Kiel. We send it within two days.' } } },
      ...change,
    };
    return (await createLink(em, storeId, { slug: makeSlug(randomBytes(10)), values }, actor)).id;
  };
  const linkId = await link('Enamel mug, blue');
  await link('Donation to the museum of lighthouses', {
    ...{ amountCents: null, minCents: centsOf(100), maxCents: centsOf(500_000), maxQuantity: 1, stock: null },
  });
  await setLinkStatus(em, storeId, await link('Advent calendar 2025'), 'paused', actor);

  const invoice = async (customerName: string, dueDay: string): Promise<string> =>
    await createInvoice(
      em,
      storeId,
      {
        ...{ ...price, language: 'en', customerName, customerEmail: 'accounts@cafe.example' },
        ...{ customerAddress: 'Holtenauer Straße 12\n24105 Kiel', memo: 'Thank you for the order.' },
        ...{ dueDay: dueDay as Day, remindBeforeDays: 3, remindOnDueDay: true, remindAfterDays: 7 },
        lines: [
          { description: 'Enamel mug, blue', quantity: 30, unitCents: centsOf(2_400) },
          { description: 'Delivery', quantity: 1, unitCents: centsOf(1_250) },
        ],
      },
      actor,
    );
  const issue = { now: new Date(), publicUrl: url };
  await issueInvoice(em, storeId, await invoice('Café Süd', '2036-01-15'), issue, actor);
  await issueInvoice(em, storeId, await invoice('Galerie Ostwind GmbH & Co. KG', '2025-03-01'), issue, actor);
  const withdrawn = await invoice('Café Süd', '2036-01-15');
  await issueInvoice(em, storeId, withdrawn, issue, actor);
  await voidInvoice(em, storeId, withdrawn, actor);
  return { linkId, invoiceId: await invoice('Hafenmuseum', '2036-02-01') };
};
