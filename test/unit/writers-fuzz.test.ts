// Any text in any cell or e-mail: CSV files parse back to the same cells without formulas, e-mails keep their headers and escape markup.
import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { messageOf } from '#activities/email-smtp.ts';
import { csvText, exportText } from '#db/orders/order-csv.ts';
import { CSV_STYLE_LIST, CSV_STYLES } from '#domain/csv-style.ts';
import { EMAIL_KINDS } from '#domain/email-data.ts';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { FORMULA_START, withoutInnerFormulas } from '#domain/order-csv.ts';
import { renderEmail } from '#emails/render-email.ts';
import { sampleInput } from '#emails/samples.ts';
import { hostileText, runs } from '#test/support/fuzz.ts';

describe('CSV', () => {
  const row = fc.array(hostileText, { minLength: 2, maxLength: 6 });
  test('parses back to the same cells, and no cell starts a formula', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (lines) => {
        const text = csvText(lines);
        expect(text.endsWith('\r\n')).toBe(true);
        const { data, errors } = Papa.parse<string[]>(text.slice(0, -2), { newline: '\r\n', delimiter: ',' });
        expect(errors).toEqual([]);
        // A formula gets an apostrophe before it; every other cell is the same.
        expect(data).toEqual(lines.map((cells) => cells.map((cell) => (FORMULA_START.test(cell) ? `'${cell}` : cell))));
        for (const cell of data.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/);
      }),
      runs(500),
    );
  });

  test('is to the byte what the CSV library writes', () => {
    const cell = fc.oneof(
      hostileText,
      fc.constantFrom('', ' ', 'a ', ' a', '"', ',', '\uFEFF', 'a\uFEFF', '=', '1', '\n', 'a\r', '\uFF1D'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }), { maxLength: 5 }), (lines) => {
        const library = Papa.unparse(lines, { newline: '\r\n', escapeFormulae: FORMULA_START });
        expect(csvText(lines)).toBe(`${library}\r\n`);
      }),
      runs(500),
    );
  });
});

describe.each(CSV_STYLE_LIST)('CSV export with %s', (style) => {
  const { separator, decimal } = CSV_STYLES[style];
  const cell = fc.oneof(
    hostileText,
    // Behind anything that some program takes for the end of a cell.
    fc
      .tuple(hostileText, fc.constantFrom(',', ';', '\t', '\r', '\n', ',"', ';;'), hostileText)
      .map((parts) => parts.join('')),
  );
  const lines = fc.array(fc.array(cell, { minLength: 2, maxLength: 6 }), { minLength: 1, maxLength: 4 });
  test('parses back to the same cells, and no program sees a cell that starts a formula', () => {
    fc.assert(
      fc.property(lines, (rows) => {
        const text = exportText(rows, CSV_STYLES[style]);
        const { data, errors } = Papa.parse<string[]>(text.slice(0, -2), { newline: '\r\n', delimiter: separator });
        expect(errors).toEqual([]);
        const safe = (given: string): string => {
          const inner = withoutInnerFormulas(given);
          return FORMULA_START.test(inner) ? `'${inner}` : inner;
        };
        expect(data).toEqual(rows.map((cells) => cells.map(safe)));
        for (const delimiter of [',', ';', '\t']) {
          const seen = Papa.parse<string[]>(text, { newline: '\r\n', delimiter }).data.flat();
          expect(seen.filter((each) => /^[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/.test(each))).toEqual([]);
        }
      }),
      runs(300),
    );
  });

  test('is to the byte what the CSV library writes of whole lines', () => {
    fc.assert(
      fc.property(lines, (rows) => {
        const library = Papa.unparse(
          rows.map((cells) => cells.map(withoutInnerFormulas)),
          {
            delimiter: separator,
            newline: '\r\n',
            escapeFormulae: FORMULA_START,
            quotes: (each) => /[,;\t]/.test(String(each)),
          },
        );
        expect(exportText(rows, CSV_STYLES[style])).toBe(`${library}\r\n`);
      }),
      runs(300),
    );
  });

  test('our own amounts have its decimal sign, negative ones too, and nothing else has', () => {
    const amounts = fc
      .tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.integer({ min: 1, max: 6 }))
      .map(([digits, places]) => {
        const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0');
        return `${digits < 0n ? '-' : ''}${text.slice(0, -places)}.${text.slice(-places)}`;
      });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, amounts), { minLength: 1, maxLength: 4 }), (rows) => {
        const text = exportText(rows, CSV_STYLES[style], new Set([1]));
        const { data, errors } = Papa.parse<string[]>(text.slice(0, -2), { newline: '\r\n', delimiter: separator });
        expect(errors).toEqual([]);
        expect(data.map(([, amount]) => amount)).toEqual(rows.map(([, amount]) => amount.replace('.', decimal)));
      }),
      runs(300),
    );
  });
});

/** Every text of the data, or one of them, replaced. Links, times, figures and names of kinds stay. */
const withTexts = (value: unknown, text: string): unknown => {
  if (typeof value === 'string') return isFreeText(value) ? text : value;
  if (Array.isArray(value)) return value.map((each) => withTexts(each, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      FREE_TEXTS.has(name) ? withTexts(each, text) : typeof each === 'object' ? withTexts(each, text) : each,
    ]),
  );
};
/** What merchants, shops and shoppers write themselves. */
const FREE_TEXTS = new Set([
  'name',
  'storeName',
  'merchantName',
  'orderId',
  'description',
  'orderDescription',
  'userName',
  'userId',
  'supportContact',
  'reason',
  'device',
  'keyName',
  'note',
]);
const isFreeText = (value: string): boolean => !/^https?:|^\d{4}-\d\d-\d\d|^0x[0-9a-fA-F]+$/.test(value);

const transport = createTransport({ streamTransport: true, buffer: true });

/** Names of the message's header lines. */
const headerNames = async (subject: string, html: string, text: string): Promise<string[]> => {
  const message = {
    id: 'eml_1',
    from: 'Shop <shop@pay.example>',
    to: 'buyer@shop.example',
    subject,
    html,
    text,
    headers: {},
    attachments: [],
    createdAt: new Date(0),
  };
  const sent = await transport.sendMail(messageOf(message));
  const [head = ''] = String(sent.message).split(/\r?\n\r?\n/);
  return head
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.split(':')[0]?.toLowerCase() ?? '')
    .sort();
};

const languages = Object.keys(LANGUAGES) as Language[];

describe.each(EMAIL_KINDS)('e-mail %s', (kind) => {
  test.each(languages)('in %s with any text has the usual headers and no markup of the text', async (language) => {
    const usual = await headerNames('subject', '<p>x</p>', 'x');
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const input = sampleInput(kind, language);
        const { subject, html, text: plain } = await renderEmail(withTexts(input, text.toWellFormed()) as typeof input);
        expect(subject).not.toMatch(/[\r\n\u2028\u2029\0]/);
        expect(html).not.toMatch(/<script|<img src=x|onerror=alert\(9041\)>|href="javascript:/i);
        expect(await headerNames(subject, html, plain)).toEqual(usual);
      }),
      runs(4),
    );
  });
});
