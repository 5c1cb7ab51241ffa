// The contract tests: runs forge, tells its failures in words, and counts.
import { join } from 'node:path';
import { REPOSITORY } from '../paths.ts';
import { run } from '../run.ts';
import { foundry } from '../tools/packaged-binaries.ts';
import type { TestCount } from './test-count.ts';

interface ForgeTest {
  status: 'Success' | 'Failure' | 'Skipped';
  reason: string | null;
  counterexample: unknown;
}

/** By "file:contract". */
type ForgeReport = Record<string, { test_results: Record<string, ForgeTest> }>;

/** Runs all contract tests. Failures go to `say`; a report that can't be read counts as one failure. */
export async function runForgeTests(say: (line: string) => void): Promise<TestCount> {
  const contracts = join(REPOSITORY, 'contracts');
  const { code, stdout, stderr } = await run(foundry('forge'), ['test', '--json'], { cwd: contracts });
  let report: ForgeReport;
  try {
    report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as ForgeReport;
  } catch {
    say(`forge could not run the contract tests (exit code ${code}):\n${stdout}${stderr}`);
    return { passed: 0, failed: 1 };
  }
  const count = countForge(report, say);
  if (code !== 0 && count.failed === 0) {
    say(`forge failed (exit code ${code}):\n${stderr}`);
    return { ...count, failed: 1 };
  }
  return count;
}

/** Counts a report and tells each failure with its reason and, for fuzz tests, the input that caused it. */
export function countForge(report: ForgeReport, say: (line: string) => void): TestCount {
  const count = { passed: 0, failed: 0 };
  for (const [contract, { test_results: tests }] of Object.entries(report)) {
    for (const [name, { status, reason, counterexample }] of Object.entries(tests)) {
      if (status === 'Success') {
        count.passed += 1;
        continue;
      }
      // A skipped test says nothing, and so counts as one that failed.
      count.failed += 1;
      say(`FAILED ${contract} ${name}: ${reason ?? status}`);
      if (counterexample) say(`  counterexample: ${JSON.stringify(counterexample)}`);
    }
  }
  return count;
}
