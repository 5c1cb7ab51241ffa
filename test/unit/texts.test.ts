// Texts with values: every sentence of pages and e-mails is made here.
import { expect, test } from 'vitest';
import { translator } from '#domain/texts.ts';

const t = translator({ paid: 'Paid: order {{order}}, {{amount}}' });

test.each(['הזמנה 7', 'طلب ٧', 'Shop קפה'])('%s is isolated from the amount after it', (order) => {
  expect(t('paid', { order, amount: '25.00 USDT' })).toBe(`Paid: order \u2068${order}\u2069, 25.00 USDT`);
});

test.each(['A-7', '注文 7', 'Ägäis', '😀 7'])('%s needs no isolation: the bytes stay', (order) => {
  expect(t('paid', { order, amount: 5 })).toBe(`Paid: order ${order}, 5`);
});

test('a placeholder without a value stays', () => {
  expect(t('paid', { order: 'A-7' })).toBe('Paid: order A-7, {{amount}}');
});
