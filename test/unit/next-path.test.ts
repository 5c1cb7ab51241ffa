// A log-in may lead only to pages of this site, whatever its link says.
import { expect, test } from 'vitest';
import { nextPath } from '#web/access/require-session.ts';

const after = (next: string): string => nextPath(new URLSearchParams({ next }));

test.each(['/dashboard', '/checkout/0123?method=allscale&coin=USDT', '/dashboard/sto_1/orders?q=a%2Fb', '/'])(
  '%s is followed',
  (next) => expect(after(next)).toBe(next),
);

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n\\evil.example',
  '\t//evil.example',
  '/.//evil.example',
  '/x/..//evil.example',
  'javascript:alert(1)',
  'dashboard',
  '',
])('%j is not followed', (next) => expect(after(next)).toBe('/account'));
