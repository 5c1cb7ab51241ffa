// What the checkout loads before it works, against its budget (docs/experience.md section 1), and packages that no first load may have.
import { beforeAll, expect, test } from 'vitest';
import { firstLoadOf } from '#scripts/lib/bundle-graph.ts';
import { buildWebBundle } from '#scripts/lib/web-bundle.ts';

/** Bytes, compressed with gzip. */
const BUDGET = { scriptBytes: 130_000, styleBytes: 15_000 };
const CHECKOUT = ['web/root.tsx', 'web/checkout/pages/checkout.tsx'];
const ORDERS = [
  ...['web/root.tsx', 'web/dashboard/frame/pages/dashboard-frame.tsx'],
  ...['web/dashboard/frame/pages/store-frame.tsx', 'web/dashboard/orders/pages/orders.tsx'],
];
/** Too heavy for a first load, even within the budget. */
const HEAVY_PACKAGES = /^(ethers|zod|recharts|cmdk|@walletconnect\/.*|@reown\/.*)$/;

beforeAll(() => buildWebBundle(() => {}), 120_000);

test('the first load of the checkout stays within its budget', () => {
  const { scriptBytes, styleBytes } = firstLoadOf(CHECKOUT);
  expect(scriptBytes).toBeLessThanOrEqual(BUDGET.scriptBytes);
  expect(styleBytes).toBeLessThanOrEqual(BUDGET.styleBytes);
});

test.each([
  ['the checkout', CHECKOUT],
  ['the list of orders', ORDERS],
])('the first load of %s has no heavy package', (_, routes) => {
  const { packages } = firstLoadOf(routes);
  expect(packages).toContain('react-dom');
  expect(packages.filter((name) => HEAVY_PACKAGES.test(name))).toEqual([]);
});
