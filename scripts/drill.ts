// `npm run drill`: backup and restore, tried on a system of its own with orders in flight. `-- --orders 20` makes more of them;
// `-- --temporal newer` tries one meeting in place of all; `-- --server` has Temporal's real server, with its histories in the same Postgres.
// Ends with one line of figures, and 0 or 1.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MEETINGS, type Meeting, runDrill } from './drill/run.ts';
import { explain, SetupError } from './lib/setup-error.ts';
import { onShutdownSignals } from './lib/signals.ts';
import { killAllChildren, stopAllChildren } from './lib/stack/child.ts';

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const FLAGS = {
  orders: { type: 'string', default: '8' },
  temporal: { type: 'string' },
  server: { type: 'boolean', default: false },
} as const;

const options = (): { orders: number; meetings: readonly Meeting[]; server: boolean } => {
  const { values } = parseArgs({ options: FLAGS });
  const orders = Number(values.orders);
  if (!Number.isInteger(orders) || orders < 1 || orders > 500) throw new SetupError('--orders: 1 to 500');
  const possible: readonly Meeting[] = MEETINGS[values.server ? 'server' : 'development'];
  const meetings = possible.filter((one) => values.temporal === undefined || values.temporal.split(',').includes(one));
  if (meetings.length === 0) throw new SetupError(`--temporal: ${possible.join(', ')}`);
  return { orders, meetings, server: values.server };
};

onShutdownSignals({
  first() {
    const end = () => process.exit(130);
    stopAllChildren().then(end, end);
  },
  second() {
    killAllChildren();
    process.exit(130);
  },
});

const folder = mkdtempSync(join(tmpdir(), 'checkout-drill-'));
try {
  const figures = await runDrill({ folder, ...options(), say });
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = figures.ok ? 0 : 1;
  if (figures.ok) rmSync(folder, { recursive: true, force: true });
  else say(`its data and logs are in ${folder}`);
} catch (error) {
  console.error(`npm run drill: ${explain(error)}\nits data and logs are in ${folder}`);
  process.exitCode = 1;
}
