// Data of audit entries as merchants and operators read it: words and units, no stored names.
import { expect, it } from 'vitest';
import { actionLabel, dataLine } from '#web/text/audit-labels.ts';

it.each([
  ['feeBps', { from: 60, to: 50 }, 'fee: 0.6% → 0.5%'],
  ['minFeeUnits', '100000000000000000', 'min fee: 0.1000 coins'],
  ['extensionSeconds', 1800, 'extension: 1800 s'],
  ['testStoreId', 'sto_1', 'test store id: sto_1'],
  ['failures_before', 3, 'failures before it: 3'],
  ['store_disabled', true, 'store disabled: true'],
  ['webhookUrl', { from: null, to: 'https://shop.example/a_b' }, 'webhook url: none → https://shop.example/a_b'],
  ['eventTypes', ['a', 'b'], 'event types: a, b'],
  ['terms', { feeBps: 25, note: '' }, 'terms: (fee: 0.25%, note: none)'],
  ['feeBps', 'none of it', 'fee: none of it'],
  ['kind', 'wrong_coin', 'kind: Wrong coin'],
  ['details', { kind: 'review_accept', money: '1 USDT' }, 'details: (kind: accept money in review, money: 1 USDT)'],
  ['intentStatus', 4, 'intent status: Needs attention'],
  ['intentStatus', 99, 'intent status: 99'],
  ['appliesAt', '2026-12-03T13:48:07.925Z', 'applies at: Dec 3, 2026, 13:48:07 UTC'],
])('%s', (name, value, line) => {
  expect(dataLine(name, value)).toBe(line);
});

it('names an action, and shows that of a later release as it is stored', () => {
  expect(actionLabel('send_back.order')).toBe('Ordered a refund');
  expect(actionLabel('tomorrow.act')).toBe('tomorrow.act');
});
