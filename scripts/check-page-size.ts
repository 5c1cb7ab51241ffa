// What a shopper loads before the checkout works, against its budget (experience.md section 1): part of `npm run check`.
import { firstLoadOf } from './lib/bundle-graph.ts';
import { toStderr } from './lib/progress.ts';
import { buildWebBundle } from './lib/web-bundle.ts';

const BUDGET = { scriptBytes: 130_000, styleBytes: 15_000 };
const ROUTES = ['web/app/root.tsx', 'web/app/routes/checkout.$id.tsx'];
/** Too heavy for a first load, whatever the budget has left. */
const UNWELCOME = /^(ethers|zod|recharts|@walletconnect\/.*|@reown\/.*)$/;

await buildWebBundle(toStderr);
const load = firstLoadOf(ROUTES);
const faults: string[] = [];
for (const kind of ['scriptBytes', 'styleBytes'] as const) {
  if (load[kind] > BUDGET[kind]) faults.push(`${kind} is ${load[kind]}, over its budget of ${BUDGET[kind]}`);
}
const unwelcome = load.packages.filter((name) => UNWELCOME.test(name));
if (unwelcome.length > 0) faults.push(`the first load has ${unwelcome.join(', ')}`);

console.log(`first load of the checkout, gzip: script ${load.scriptBytes} B, style ${load.styleBytes} B`);
for (const fault of faults) console.log(`too heavy: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
