// The forms of payment links and invoices: what each field means, and every bad input named by its field.
import { describe, expect, test } from 'vitest';
import { invoiceFields, readInvoiceForm } from '#web/dashboard/invoices/parts/invoice-form.server.ts';
import { linkFields, linkFormValues, readLinkForm } from '#web/dashboard/links/parts/link-form.server.ts';

const LINK = {
  do: 'save',
  title: 'Blue mug',
  language: 'en',
  pricing: 'coin-1',
  amounts: 'fixed',
  amount: '12,50',
  maxQuantity: '2',
};
const readLink = (change: Record<string, string> = {}) =>
  readLinkForm(linkFields.parse({ ...LINK, ...change }), 'Europe/Berlin');
const problemsOf = (read: object): string[] => ('problems' in read ? Object.keys(read.problems as object) : []);

describe('the form of a payment link', () => {
  test('a new link cannot have ended already; one that exists can be ended', () => {
    const form = linkFields.parse({ ...LINK, expires: '2026-12-24T18:00' });
    const end = new Date('2026-12-24T17:00:00Z');
    expect(problemsOf(readLinkForm(form, 'Europe/Berlin', end))).toEqual(['expires']);
    expect(problemsOf(readLinkForm(form, 'Europe/Berlin', new Date(end.getTime() - 1)))).toEqual([]);
    expect(problemsOf(readLinkForm(form, 'Europe/Berlin'))).toEqual([]);
  });

  test('has the values that were typed, and shows them again', () => {
    const read = readLink({
      'title-es': 'Taza azul',
      stock: '5',
      expires: '2026-12-24T18:00',
      redirectUrl: 'https://shop.example/thanks',
      slug: 'Blue-Mug',
    });
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    expect(read.slug).toBe('blue-mug');
    expect(read.values).toMatchObject({
      currency: null,
      stableCoin: 1,
      amountCents: 1250n,
      minCents: null,
      maxQuantity: 2,
      stock: 5,
      expiresAt: new Date('2026-12-24T17:00:00Z'),
      texts: { en: { title: 'Blue mug', description: '' }, es: { title: 'Taza azul', description: '' } },
    });
    const again = readLinkForm(
      linkFields.parse({ do: 'save', ...linkFormValues(read.values, 'Europe/Berlin') }),
      'Europe/Berlin',
    );
    expect(again).toEqual({ slug: '', values: read.values });
  });

  test.each([
    ['title', { title: ' ' }],
    ['title', { title: 'x'.repeat(121) }],
    ['title', { title: 'two\nlines' }],
    ['description', { description: 'x'.repeat(1_001) }],
    ['title-ja', { 'title-ja': 'x'.repeat(121) }],
    ['language', { language: 'de' }],
    ['pricing', { pricing: 'coin-3' }],
    ['pricing', { pricing: 'fiat-2' }],
    ['pricing', { pricing: '' }],
    ['amount', { amount: '' }],
    ['amount', { amount: '0' }],
    ['amount', { amount: '1.234' }],
    // A thousand in English, one in Spanish: never a guess.
    ['amount', { amount: '1,000' }],
    ['amount', { amount: '1.500' }],
    ['max', { amounts: 'open', min: '1', max: '5,000' }],
    ['amount', { amount: '-1' }],
    ['amount', { amount: '1e3' }],
    ['amount', { amount: '100000000000.01' }],
    ['min', { amounts: 'open', max: '5' }],
    ['max', { amounts: 'open', min: '5', max: '4.99' }],
    ['maxQuantity', { maxQuantity: '0' }],
    ['maxQuantity', { maxQuantity: '1001' }],
    ['maxQuantity', { maxQuantity: '1.5' }],
    ['stock', { stock: '-1' }],
    ['stock', { stock: '1000001' }],
    ['expires', { expires: 'tomorrow' }],
    ['expires', { expires: '2026-02-30T10:00' }],
    ['redirectUrl', { redirectUrl: 'javascript:alert(1)' }],
    ['redirectUrl', { redirectUrl: 'https://a:b@shop.example/' }],
    ['slug', { slug: 'a' }],
    ['slug', { slug: '../x' }],
  ] as const)('rejects a bad %s: %j', (field, change) => {
    expect(problemsOf(readLink(change))).toEqual([field]);
  });

  test('reads thousands that are clear, and names those that are not', () => {
    for (const amount of ['1250', '1,250.00', '1.250,00', '1 250']) {
      expect(readLink({ amount })).toMatchObject({ values: { amountCents: 125_000n } });
    }
    expect(readLink({ amount: '1,250' })).toMatchObject({
      problems: { amount: [expect.stringContaining('can be read in two ways')] },
    });
  });
});

const INVOICE = {
  do: 'save',
  customerName: 'Café Süd',
  customerEmail: 'Buyer@Cafe.example',
  language: 'es',
  pricing: 'fiat-44',
  dueDay: '2026-12-10',
  remindBefore: '3',
  remindDue: 'on',
  line0_description: 'Espresso',
  line0_quantity: '30',
  line0_price: '0,83',
  line3_description: 'Delivery',
  line3_price: '0.10',
};
const readInvoice = (change: Record<string, string> = {}) =>
  readInvoiceForm(invoiceFields.parse({ ...INVOICE, ...change }));

describe('the form of an invoice', () => {
  test('has the values that were typed, without empty rows', () => {
    const read = readInvoice();
    expect(read).toEqual({
      values: {
        currency: 44,
        stableCoin: null,
        customerName: 'Café Süd',
        customerEmail: 'buyer@cafe.example',
        customerAddress: null,
        memo: null,
        language: 'es',
        dueDay: '2026-12-10',
        remindBeforeDays: 3,
        remindOnDueDay: true,
        remindAfterDays: null,
        lines: [
          { description: 'Espresso', quantity: 30, unitCents: 83n },
          { description: 'Delivery', quantity: 1, unitCents: 10n },
        ],
      },
    });
  });

  test.each([
    ['customerName', { customerName: '' }],
    ['customerName', { customerName: 'x'.repeat(256) }],
    ['customerEmail', { customerEmail: 'no address' }],
    ['customerAddress', { customerAddress: 'x'.repeat(501) }],
    ['memo', { memo: 'x'.repeat(1_001) }],
    ['language', { language: 'xx' }],
    ['pricing', { pricing: 'coin-9' }],
    ['dueDay', { dueDay: '2026-02-30' }],
    ['dueDay', { dueDay: '' }],
    ['remindBefore', { remindBefore: '0' }],
    ['remindAfter', { remindAfter: '61' }],
    ['line0_description', { line0_description: '' }],
    ['line0_quantity', { line0_quantity: '0' }],
    ['line0_quantity', { line0_quantity: '1.5' }],
    ['line3_price', { line3_price: 'free' }],
    ['line0_price', { line0_price: '2,000' }],
    ['line3_price', { line3_price: '2.500' }],
    [
      'line0_description',
      { line0_description: '', line0_quantity: '', line0_price: '', line3_description: '', line3_price: '' },
    ],
  ] as const)('rejects a bad %s: %j', (field, change) => {
    expect(problemsOf(readInvoice(change))).toEqual([field]);
  });
});
