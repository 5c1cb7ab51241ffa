// Runs the contract tests with forge, prints failures and counts. Forge runs in a copy of contracts/ in the user's cache, one for each
// version of the sources: its cache of compiled code needs fixed absolute paths, and compiling takes most of the time.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir, REPOSITORY } from '../paths.ts';
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

/** Runs all contract tests. Failures go to `say`. An unreadable report counts as one failure. */
export async function runForgeTests(say: (line: string) => void): Promise<TestCount> {
  const { code, stdout, stderr } = await run(foundry('forge'), ['test', '--json'], { cwd: copyOfContracts() });
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

/** Creates the copy if needed. Includes compiler and library, whose paths are also in forge's cache. @returns its `contracts/` */
function copyOfContracts(): string {
  const files = globSync(['src/**/*.sol', 'test/**/*.sol', 'bin/*', 'foundry.toml', '.gas-snapshot/*'], {
    cwd: join(REPOSITORY, 'contracts'),
  }).sort();
  const hash = createHash('sha256');
  for (const name of ['solc', '@openzeppelin/contracts', '@foundry-rs/forge']) {
    hash.update(readFileSync(join(REPOSITORY, 'node_modules', name, 'package.json')));
  }
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(REPOSITORY, 'contracts', file)));
  const folder = join(cacheDir(), 'forge', hash.digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true });
    const unfinished = mkdtempSync(`${folder}.`);
    for (const file of files) {
      cpSync(join(REPOSITORY, 'contracts', file), join(unfinished, 'contracts', file));
    }
    cpSync(join(REPOSITORY, 'node_modules', '@openzeppelin'), join(unfinished, 'node_modules', '@openzeppelin'), {
      recursive: true,
      dereference: true,
    });
    try {
      renameSync(unfinished, folder);
    } catch {
      // Another run created it first.
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
  // A link to this clone's compiler: its path is not in forge's cache.
  const solc = join(folder, 'node_modules', 'solc');
  rmSync(solc, { force: true });
  symlinkSync(join(REPOSITORY, 'node_modules', 'solc'), solc);
  return join(folder, 'contracts');
}

/** Counts a report and prints each failure with its reason and, for fuzz tests, the input that caused it. */
export function countForge(report: ForgeReport, say: (line: string) => void): TestCount {
  const count = { passed: 0, failed: 0 };
  for (const [contract, { test_results: tests }] of Object.entries(report)) {
    for (const [name, { status, reason, counterexample }] of Object.entries(tests)) {
      if (status === 'Success') {
        count.passed += 1;
        continue;
      }
      // A skipped test counts as failed.
      count.failed += 1;
      say(`FAILED ${contract} ${name}: ${reason ?? status}`);
      if (counterexample) say(`  counterexample: ${JSON.stringify(counterexample)}`);
    }
  }
  return count;
}
