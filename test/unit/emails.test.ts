// Every e-mail template in every language: complete, escaped, and with a plain text that says the same.
import { describe, expect, it } from 'vitest';
import { EMAIL_KINDS, type EmailKind } from '#domain/email-data.ts';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { readableAmount } from '#domain/readable-amount.ts';
import { formatFiat, oneLine } from '#emails/format.ts';
import { renderEmail } from '#emails/render-email.ts';
import { sampleInput } from '#emails/samples.ts';
import { en } from '#emails/text/en.ts';
import { emailText } from '#emails/text/text.ts';

const languages = Object.keys(LANGUAGES) as Language[];
const cases = EMAIL_KINDS.flatMap((kind) => languages.map((language): [EmailKind, Language] => [kind, language]));

const preheaderOf = (html: string): string => /data-skip-in-text="true">([^<]+)/.exec(html)?.[1] ?? 'x'.repeat(150);

describe.each(cases)('%s in %s', (kind, language) => {
  it('is complete, escaped, and says the same in plain text and HTML', async () => {
    const { subject, html, text } = await renderEmail(sampleInput(kind, language));
    for (const part of [subject, html, text]) {
      expect(part).not.toMatch(/\{\{|undefined|null|NaN|\[object/);
      expect(part.length).toBeGreaterThan(0);
    }
    expect(subject).not.toMatch(/[\r\n]/);
    expect(html).toContain(`lang="${language}"`);
    expect(html).not.toContain('<Berlin>');
    expect(preheaderOf(html).length).toBeLessThan(150); // React Email would cut it in the middle of a word.
    expect(html).not.toContain('javascript:');
    // Every link of the HTML is written out in the plain text.
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, link]) => (link ?? '').replaceAll('&amp;', '&'));
    for (const link of links) expect(text).toContain(link.replace(/^mailto:/, ''));
    expect(html.length).toBeLessThan(60_000); // Some providers cut messages above 102 kB.
  });
});

it('the e-mail of a paid order has all its figures in both parts', async () => {
  const { subject, html, text } = await renderEmail(sampleInput('order_paid', 'en'));
  expect(subject).toBe('Paid: order A-1042, 1,240.0000 USDT');
  for (const figure of [
    '1,240.0000 USDT',
    '€1,065.66',
    '7.4400 USDT',
    '1,232.5600 USDT',
    '5.4322 USDT',
    'Base',
    'USDT',
    'A-1042',
  ]) {
    expect(html).toContain(figure);
    expect(text).toContain(figure);
  }
  // The fiat amount stands beside the price, not beside the amount paid. The shop's own names come first.
  expect(text).toContain('Price: 1,234.5678 USDT (€1,065.66)');
  expect(text.indexOf('Order: A-1042')).toBeLessThan(text.indexOf('Price:'));
  expect(text).toContain('Confirmed: November 22, 2026 at 14:11 GMT+1');
  expect(text).toContain('https://basescan.org/tx/0x3c1f5b0c8b1f7c0a9ddcbb70f2d0f8a0d0f4e0a2b7c6d5e4f3a2b1c0d9e8f7a6');
  expect(text).toContain('0x71C7656EC7ab88b098defB751B7401B5f6d8976F');
  expect(text).toContain(
    'https://pay.example.com/dashboard/sto_5b1e7c0d9a4f4c2e8d3b6a1f0e9c8d7b/orders/6743f0c2a1b2c3d4e5f60718',
  );
});

it.each(languages)('an endpoint’s e-mails speak of that endpoint, and lead to its page (%s)', async (language) => {
  for (const kind of ['receiver_failing', 'receiver_disabled'] as const) {
    const sample = sampleInput(kind, language);
    const ofUrl = await renderEmail(sample);
    const data = { ...sample.data, endpointId: `whe_${'1'.repeat(32)}` };
    const { subject, text } = await renderEmail({ ...sample, data } as typeof sample);
    expect(subject).not.toBe(ofUrl.subject);
    expect(subject).not.toMatch(/\{\{|undefined/);
    expect(text).toContain(sample.data.url);
    expect(text).toContain('/endpoints');
    expect(text).toContain('GET /v1/events');
    expect(ofUrl.text).not.toContain('/endpoints');
  }
});

it('a report is compared with the previous period, up or down', async () => {
  const sample = sampleInput('daily_report', 'en');
  const noteFor = async (before: string | null) => {
    const sums = before === null ? null : { ...sample.data.sums, gross: before };
    return (await renderEmail({ ...sample, data: { ...sample.data, before: sums } })).text;
  };
  expect(await noteFor('10163.1000')).toContain('12.5% more than the period before ($10,163.10)');
  expect(await noteFor('20000.0000')).toContain('42.8% less than the period before');
  expect(await noteFor('11431.5400')).toContain('as much as the period before');
  expect(await noteFor('1.0000')).toContain('$11,430.54 more than the period before ($1.00)');
  expect(await noteFor('0.0000')).toContain('nothing in the period before');
  expect(await noteFor(null)).toContain('There is no period before');
});

it('only a report that is longer because of a new time zone says so', async () => {
  const sample = sampleInput('daily_report', 'en');
  const textFrom = async (startsAt: string): Promise<string> =>
    (await renderEmail({ ...sample, data: { ...sample.data, startsAt } })).text;
  expect(await textFrom('2026-11-20T21:00:00.000Z')).toContain('this report covers 50 hours');
  expect(await textFrom(sample.data.startsAt)).not.toContain('this report covers');
});

it('text from merchants and shops cannot break a subject or a tag', async () => {
  const sample = sampleInput('order_created', 'en');
  const orderId = 'A-1\r\nBcc: all@example.com <script>alert(1)</script>';
  const { subject, html } = await renderEmail({ ...sample, order: sample.order && { ...sample.order, orderId } });
  expect(subject).toContain('A-1 Bcc: all@example.com');
  expect(subject).not.toMatch(/[\r\n]/);
  expect(html).not.toContain('<script');
  expect(oneLine('x'.repeat(500))).toHaveLength(160);
});

it('the e-mail of a new order names coins, networks and the net amount', async () => {
  const { text } = await renderEmail(sampleInput('order_created', 'en'));
  expect(text).toContain('Accepted coins: USDT or USDC');
  expect(text).toContain('Accepted networks: Ethereum, Base, BNB Chain, or Arbitrum One');
  expect(text).toContain('Expected fee: 7.407406 USDT');
  expect(text).toContain('Expected net: 1,227.160394 USDT');
});

const ofAStore = EMAIL_KINDS.filter((kind) => sampleInput(kind, 'en').store);

it.each(ofAStore)('%s of a store without real money says so in subject, HTML and plain text', async (kind) => {
  const sample = sampleInput(kind, 'en');
  const render = (isTest: boolean) => renderEmail({ ...sample, store: sample.store && { ...sample.store, isTest } });
  const { subject, html, text } = await render(true);
  expect(subject).toMatch(/^\[Test\] /);
  for (const part of [html, text]) expect(part).toContain('Test store: no real money');
  // The file name of a report says it too, because the file gets separated from its e-mail.
  if (kind === 'monthly_report') expect(text).toContain('test-orders-2026-11.csv');
  expect(JSON.stringify(await render(false))).not.toMatch(/\[Test\]|no real money|test-orders/);
});

it('both parts end with the sender, and a receipt with a contact', async () => {
  for (const part of Object.values(await renderEmail(sampleInput('shopper_receipt', 'en'))).slice(1)) {
    expect(part).toContain('AllScale Checkout, pay.example.com');
    expect(part).toContain('Questions?');
    expect(part).toContain('help@nordlicht.example');
  }
});

it('a logo is shown only when this server serves it, so that no other server learns who reads the e-mail', async () => {
  const sample = sampleInput('shopper_receipt', 'en');
  const htmlWith = async (logoUrl: string): Promise<string> =>
    (await renderEmail({ ...sample, store: sample.store && { ...sample.store, logoUrl } })).html;
  expect(await htmlWith('/logos/ab12.png')).toContain('src="https://pay.example.com/logos/ab12.png"');
  expect(await htmlWith('https://elsewhere.example/logo.png')).not.toContain('elsewhere.example');
});

it('a payment that a reorganisation removed is not called safe', async () => {
  const sample = sampleInput('order_attention', 'en');
  const htmlOf = async (review: typeof sample.data.review): Promise<string> =>
    (await renderEmail({ ...sample, data: { ...sample.data, review } })).html;
  expect(await htmlOf('late')).toContain('No money is lost');
  const taken = await htmlOf('reorg_after_confirmed');
  expect(taken).not.toContain('No money is lost');
  expect(taken).toContain('Check it before you ship.');
});

it('amounts keep every digit', () => {
  expect(readableAmount('en', '123456789012345678901234.123456789012345678')).toBe(
    '123,456,789,012,345,678,901,234.123456789012345678',
  );
  expect(readableAmount('es', '1234567.8900')).toBe('1.234.567,8900');
});

it('sentences are translated, and all languages use the same placeholders', () => {
  const names = (sentence: string): string[] =>
    [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();
  for (const language of languages.filter((other) => other !== 'en')) {
    const t = emailText(language);
    for (const [key, sentence] of Object.entries(en)) {
      expect(names(t(key as keyof typeof en)), `${language} ${key}`).toEqual(names(sentence));
    }
  }
});

it('a subject keeps its amount and whole characters, however long the order id is; the e-mail has it in full', async () => {
  const sample = sampleInput('order_paid', 'en');
  for (const orderId of ['😀'.repeat(120), 'L'.repeat(255)]) {
    const { subject, text } = await renderEmail({ ...sample, order: sample.order && { ...sample.order, orderId } });
    expect(subject).toMatch(/, 1,240\.0000 USDT$/);
    expect(subject.isWellFormed()).toBe(true);
    expect(text).toContain(orderId);
  }
});

it.each([
  ['999.50', 'JPY', '¥999.50'],
  ['1500.00', 'JPY', '¥1,500'],
  ['12.30', 'EUR', '€12.30'],
])('%s %s is shown as %s', (amount, currency, shown) => {
  expect(formatFiat('en', { amount, currency })).toBe(shown);
});

it('mail programs are told to make no links of figures', async () => {
  const { html } = await renderEmail(sampleInput('order_paid', 'en'));
  expect(html).toContain('name="format-detection"');
  expect(html).toContain('a[x-apple-data-detectors]');
});

it('the reminder of an invoice that is paid in part leads with what is still due, and names total and received', async () => {
  const { html, text } = await renderEmail(sampleInput('invoice_reminder', 'en'));
  for (const part of ['€1,000.50', '€1,540.50', '€540.00']) {
    expect(html).toContain(part);
    expect(text).toContain(part);
  }
  expect(text).toMatch(/Total: €1,540\.50\n.*Received: €540\.00/);
  expect(text).toContain('Still due');
});

it('days within sentences have their whole weekday', async () => {
  expect((await renderEmail(sampleInput('invoice_reminder', 'es'))).text).toContain(
    'venció el domingo, 6 de diciembre',
  );
});

it('an address that was given for an invoice is not said to be typed on the checkout', async () => {
  for (const kind of ['shopper_receipt', 'shopper_refund'] as const) {
    const input = sampleInput(kind, 'en');
    const typed = 'you entered this address on the checkout page';
    expect((await renderEmail(input)).text).toContain(typed);
    const order = input.order && { ...input.order, isInvoice: true };
    const { text } = await renderEmail({ ...input, order });
    expect(text).toContain('this address was given for an invoice of Nordlicht');
    expect(text).not.toContain(typed);
  }
});

it('words of a table’s head and amounts do not break on a phone', async () => {
  const { html } = await renderEmail(sampleInput('invoice_sent', 'ja'));
  expect(/<th[^>]*style="[^"]*white-space:\s*nowrap[^"]*"[^>]*>数量/.test(html)).toBe(true);
});

it('a report says of each sum whether refunds are in it', async () => {
  const { text } = await renderEmail(sampleInput('daily_report', 'en'));
  for (const label of ['Gross, before refunds', 'Net, before refunds', 'Refunded', 'Net, after refunds']) {
    expect(text).toContain(label);
  }
});
