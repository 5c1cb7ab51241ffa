// How long personal data and logs are kept, as the worker reads it.
import { expect, test } from 'vitest';
import { readRetention } from '#domain/retention.ts';

test('without settings, and with each', () => {
  expect(readRetention({})).toEqual({ orderDays: 730, messageDays: 90, deliveryDays: 400, claimDays: 90 });
  expect(
    readRetention({
      RETENTION_ORDER_DAYS: '365',
      RETENTION_MESSAGE_DAYS: '30',
      RETENTION_DELIVERY_DAYS: '30',
      RETENTION_CLAIM_DAYS: '3650',
    }),
  ).toEqual({ orderDays: 365, messageDays: 30, deliveryDays: 30, claimDays: 3_650 });
});

test('a system that already kept messages for longer than the default starts, and keeps their rows as long', () => {
  expect(readRetention({ RETENTION_MESSAGE_DAYS: '900' })).toMatchObject({ messageDays: 900, deliveryDays: 900 });
});

test.each([
  ['RETENTION_DELIVERY_DAYS', '29'],
  ['RETENTION_DELIVERY_DAYS', '3651'],
  ['RETENTION_DELIVERY_DAYS', '400.5'],
  ['RETENTION_DELIVERY_DAYS', 'never'],
  ['RETENTION_CLAIM_DAYS', '0'],
  ['RETENTION_CLAIM_DAYS', '-90'],
  ['RETENTION_DELIVERY_DAYS', '89'],
])('%s=%s is refused by its name', (name, value) => {
  expect(() => readRetention({ [name]: value })).toThrow(name);
});
