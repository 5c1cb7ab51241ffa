// The mark of a store without a logo: the same letters in the dashboard, its preview and the checkout.
import { expect, it } from 'vitest';
import { initialsOf } from '#domain/initials.ts';

it.each([
  ['North Star Coffee', 'NS'],
  ['  nordlicht ', 'N'],
  ['Ägäis über Land', 'ÄÜ'],
  ['😀 Shop', '😀S'],
  ['🇩🇪 Laden', '🇩🇪L'],
  ['👩‍🍳 Küche', '👩‍🍳K'],
  ['E\u0301tage', 'E\u0301'],
  ['مقهى النجمة', 'ما'],
  ['   ', ''],
])('%s: %s', (name, letters) => {
  expect(initialsOf(name)).toBe(letters);
});
