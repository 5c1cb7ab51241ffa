// Runs the TypeScript tests with vitest in this terminal, and counts them from its report.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../paths.ts';
import type { TestCount } from './test-count.ts';

/** The used members of vitest's JSON report. */
interface VitestReport {
  testResults: { name: string; status: string; assertionResults: VitestResult[] }[];
}
interface VitestResult {
  status: string;
}

/** Runs vitest with these arguments. Its output goes to the terminal. */
export async function runVitest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<TestCount> {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-report-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const code = await runInTerminal(['run', ...reporters, ...args], env);
    const report = readReport(file);
    return countVitest(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runInTerminal(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const cli = join(REPOSITORY, 'node_modules', 'vitest', 'vitest.mjs');
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: REPOSITORY,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}

/**
 * A file that failed outside its tests (import error, failed hook) counts as one failure. So does a run that failed without a failed
 * test (unhandled rejection, no report). A skipped test counts as failed.
 */
export function countVitest(report: VitestReport | undefined, exitCode: number): TestCount {
  const count = { passed: 0, failed: 0 };
  for (const { status, assertionResults } of report?.testResults ?? []) {
    const passed = assertionResults.filter((test) => test.status === 'passed').length;
    const failed = assertionResults.length - passed;
    count.passed += passed;
    count.failed += failed === 0 && status === 'failed' ? 1 : failed;
  }
  if (exitCode !== 0 && count.failed === 0) count.failed = 1;
  return count;
}
