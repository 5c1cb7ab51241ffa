// What no response may show is found in a text, and texts of pages are left alone.
import { expect, test } from 'vitest';
import { leakOf } from '#attack/leaks.ts';

test.each([
  ['a stack', 'TypeError: x is not a function\n    at readView (file:///app/web/checkout/view.ts:12:34)'],
  ['a stack', 'Error: no\n    at async handle (/app/build/server/index.js:1:2)'],
  ['a path of a package', 'Cannot find module /app/node_modules/pg/lib/index.js'],
  ['SQL', 'select "s0".* from "store" as "s0" where "s0"."id" = 1'],
  ['SQL', 'SELECT id FROM store'],
  ['SQL', 'insert into "store" ("id") values (1) - duplicate key value violates unique constraint'],
  ['SQL', 'SQLSTATE 23505'],
  ['an error of the database’s client', 'DriverException: connect ECONNREFUSED 127.0.0.1:5432'],
  ['a connection string', 'postgres://checkout_web:s3cret@postgres:5432/checkout'],
])('%s is found in: %s', (name, text) => {
  expect(leakOf(`<p>Sorry.</p>${text}`)).toContain(`shows ${name}`);
});

test('values of secrets are found; short ones and usual texts are not', () => {
  const secrets: [string, string][] = [
    ['AUTH_SECRET', 'q8Zr1xKp3Vt7Ly0Wm5Nc9Bh2Jd4Gs6Fa'],
    ['the database password', 'x'],
    ['none', ''],
  ];
  expect(leakOf('{"a":"q8Zr1xKp3Vt7Ly0Wm5Nc9Bh2Jd4Gs6Fa"}', secrets)).toBe('shows AUTH_SECRET');
  for (const text of [
    'Select a network and pay from your wallet. You can meet us at Main Street 12:30:45.',
    'Insert into your wallet app: 0x12. Update the page. Delete from the list?',
    'https://user.example/path https://pay.example:8443/checkout/1',
    '<select name="network"><option>Base</option></select> from 5 USDT',
  ])
    expect(leakOf(text, secrets)).toBeNull();
});
