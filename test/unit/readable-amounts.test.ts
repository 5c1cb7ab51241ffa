// Amounts for reading: the signs of each language, every digit kept, and nothing else in a text changed.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { readableAmount, readableAmounts } from '#domain/readable-amount.ts';
import { readingTranslator } from '#web/text/reading-translator.ts';

const languages = Object.keys(LANGUAGES) as Language[];

it.each([
  ['en', '1234567.8912', '1,234,567.8912'],
  ['es', '1234567.8912', '1.234.567,8912'],
  ['es', '25.0000', '25,0000'],
  ['ja', '1234.50', '1,234.50'],
  ['zh-CN', '0.000119', '0.000119'],
] as const)('%s reads %s as %s', (language, amount, shown) => {
  expect(readableAmount(language, amount)).toBe(shown);
});

test('no digit is lost or rounded, in any language', () => {
  const digits = (text: string): string => text.replace(/\D/g, '');
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 30n }),
      fc.stringMatching(/^\d{1,18}$/),
      fc.constantFrom(...languages),
      (whole, fraction, language) => {
        expect(digits(readableAmount(language, `${whole}.${fraction}`))).toBe(`${whole}${fraction}`);
      },
    ),
  );
});

test('a composed text keeps its units', () => {
  expect(readableAmounts('es', '10.0000 USDT + 1234.5000 USDT0')).toBe('10,0000 USDT + 1234,5000 USDT0');
});

describe('sentences', () => {
  const t = readingTranslator({ pay: '{{store}}: {{amount}} {{coin}}, {{count}}' }, 'es');
  it('has amounts in its language, and leaves names and counts', () => {
    expect(t('pay', { store: 'Shop 2.0', amount: '25.5000', coin: 'USDT', count: '1.5' })).toBe(
      'Shop 2.0: 25,5000 USDT, 1.5',
    );
  });
});
