// Rejects passwords that attackers try first.
import { expect, test } from 'vitest';
import { isCommonPassword } from '#web/account/keys/common-passwords.ts';

const EMAIL = 'annika.berg@shop.example';

test.each([
  'q1w2e3r4t5y6',
  'Password2026!!',
  '!!!Liverpool1234',
  'monkeydragon',
  'Qwerty123456',
  'abcabcabcabc',
  'aaaaaaaaaaaaaaa',
  'annika.berg@shop.example',
  'Annika.Berg2026',
  'AllScale-2026!!',
  'allscalewallet',
  'CheckoutDragon99',
])('%s is rejected', async (password) => {
  expect(await isCommonPassword(password, EMAIL)).toBe(true);
});

test.each([
  'correct horse battery 42',
  'fantasy-library-velvet-group-speed',
  'kX9-trellis-owl',
  'wintergarten im regen',
])('%s is accepted', async (password) => {
  expect(await isCommonPassword(password, EMAIL)).toBe(false);
});
