// The checklist on Home: its order, and what a store that sells without a shop is not asked for.
import { expect, test } from 'vitest';
import { firstRunOf } from '#web/dashboard/home/server/first-run.ts';

const NOTHING = { logo: false, receiver: false, key: false, order: false, webhook: false };
const open = (facts: Partial<typeof NOTHING>) =>
  firstRunOf({ ...NOTHING, ...facts })?.steps.flatMap(({ id, done }) => (done ? [] : [id]));

test('a new store: first what it cannot take payments without', () => {
  expect(open({})).toEqual(['receiver', 'key', 'order', 'webhook', 'logo']);
});

test('a store that sells by links is asked for no key and no webhook, and is done without them', () => {
  expect(open({ receiver: true, order: true })).toEqual(['logo']);
  expect(open({ receiver: true, order: true, logo: true })).toBeUndefined();
});

test('with a key, the webhook is part of it', () => {
  expect(open({ receiver: true, key: true, order: true, logo: true })).toEqual(['webhook']);
});
