// What a shopper loads before the checkout works, against its budget (docs/experience.md section 1), and what a merchant's page must not
// wait for: part of `npm run check`.
import { firstLoadOf } from './lib/bundle-graph.ts';
import { toStderr } from './lib/progress.ts';
import { buildWebBundle } from './lib/web-bundle.ts';

const BUDGET = { scriptBytes: 130_000, styleBytes: 15_000 };
const CHECKOUT = ['web/root.tsx', 'web/checkout/pages/checkout.tsx'];
const ORDERS = [
  ...['web/root.tsx', 'web/dashboard/frame/pages/dashboard-frame.tsx'],
  ...['web/dashboard/frame/pages/store-frame.tsx', 'web/dashboard/orders/pages/orders.tsx'],
];
/** Too heavy for a first load, whatever the budget has left. */
const UNWELCOME = /^(ethers|zod|recharts|cmdk|@walletconnect\/.*|@reown\/.*)$/;

await buildWebBundle(toStderr);
const load = firstLoadOf(CHECKOUT);
const orders = firstLoadOf(ORDERS);
const faults: string[] = [];
for (const kind of ['scriptBytes', 'styleBytes'] as const) {
  if (load[kind] > BUDGET[kind]) faults.push(`${kind} is ${load[kind]}, over its budget of ${BUDGET[kind]}`);
}
for (const [page, { packages }] of Object.entries({ checkout: load, 'list of orders': orders })) {
  const unwelcome = packages.filter((name) => UNWELCOME.test(name));
  if (unwelcome.length > 0) faults.push(`the first load of the ${page} has ${unwelcome.join(', ')}`);
}

console.log(`first load of the checkout, gzip: script ${load.scriptBytes} B, style ${load.styleBytes} B`);
console.log(`first load of the list of orders: script ${orders.scriptBytes} B, style ${orders.styleBytes} B`);
for (const fault of faults) console.log(`too heavy: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
