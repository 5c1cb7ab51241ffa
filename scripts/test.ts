// `npm test`: installs missing tools, starts one Postgres and one Temporal for all tests, runs the contract tests (forge) in
// parallel with the others (vitest), and ends with a line `N passed, N failed`.
//   npm test -- test/api          only these files; `contracts` selects forge
//   npm test -- test/api -t name  other options go to vitest
//   npm test -- --shard=1/4       a quarter of the files, for four machines

import { startTestStack } from '#test/support/stack/test-stack.ts';
import { step } from './lib/progress.ts';
import { explain } from './lib/setup-error.ts';
import { onShutdownSignals } from './lib/signals.ts';
import { killAllChildren } from './lib/stack/child.ts';
import { runForgeTests } from './lib/testing/forge.ts';
import { sum, summaryLine, type TestCount } from './lib/testing/test-count.ts';
import { runVitest } from './lib/testing/vitest.ts';
import { chromium } from './lib/tools/chromium.ts';
import { prometheusFolder } from './lib/tools/prometheus.ts';
import { temporalCli } from './lib/tools/temporal-cli.ts';
import { temporalTestServer } from './lib/tools/temporal-test-server.ts';
import { buildWebBundle } from './lib/web-bundle.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

interface Selection {
  forge: boolean;
  vitest: boolean;
  vitestArgs: readonly string[];
}

function select(args: readonly string[]): Selection {
  const vitestArgs = args.filter((arg) => !isContracts(arg));
  const everything = args.length === 0;
  return {
    forge: everything || vitestArgs.length < args.length,
    vitest: everything || vitestArgs.length > 0,
    vitestArgs,
  };
}

const isContracts = (arg: string) => /^(\.\/)?contracts(\/|$)/.test(arg);

/** Side by side: a download waits for its server, and a build mostly has one thread. Two `apt-get` at once would meet at their lock. */
async function findTools() {
  const [cli, testServer, [browser, prometheus]] = await Promise.all([
    temporalCli(say),
    temporalTestServer(say),
    chromium(say).then(async (path) => [path, await prometheusFolder(say)] as const),
  ]);
  return {
    TEMPORAL_CLI: cli,
    TEMPORAL_TEST_SERVER: testServer,
    CHROMIUM_PATH: browser,
    PROMETHEUS_FOLDER: prometheus,
  };
}

async function vitest(args: readonly string[]): Promise<TestCount> {
  const [tools] = await Promise.all([findTools(), buildWebBundle(say)]);
  // startTestStack() looks for the CLI in this process's environment.
  process.env.TEMPORAL_CLI = tools.TEMPORAL_CLI;
  const stack = await step(say, 'starting Postgres and Temporal for the tests', startTestStack);
  try {
    return await runVitest(args, { ...process.env, ...tools, ...stack.env });
  } finally {
    await stack.stop();
  }
}

async function main(): Promise<void> {
  onShutdownSignals({
    first() {
      killAllChildren();
      process.exit(130);
    },
    second() {},
  });
  const selection = select(process.argv.slice(2));
  const counts: TestCount[] = [];
  try {
    const runs = [
      ...(selection.forge ? [step(say, 'testing the contracts', async () => await runForgeTests(say))] : []),
      ...(selection.vitest ? [vitest(selection.vitestArgs)] : []),
    ];
    counts.push(...(await Promise.all(runs)));
  } catch (error) {
    console.error(`npm test: ${explain(error)}`);
    counts.push({ passed: 0, failed: 1 });
  }
  const total = sum(counts);
  say(summaryLine(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
}

await main();
