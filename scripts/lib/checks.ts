// Runs checks in two parallel lists, one for each of two cores. Prints one line for each check, and all output of a failed one.
import { REPOSITORY } from './paths.ts';
import { run } from './run.ts';

export interface Check {
  name: string;
  command: readonly [string, ...string[]];
}

/** Runs the lists in parallel and the checks of a list in sequence. Sets the exit code. */
export async function runChecks(lists: readonly (readonly Check[])[]): Promise<void> {
  const results = await Promise.all(
    lists.map(async (list) => {
      const passed: boolean[] = [];
      for (const check of list) passed.push(await passes(check));
      return passed;
    }),
  );
  const all = results.flat();
  const failed = all.filter((passed) => !passed).length;
  console.log(failed === 0 ? 'all checks passed' : `${failed} of ${all.length} checks failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function passes({ name, command: [file, ...args] }: Check): Promise<boolean> {
  const started = performance.now();
  const { code, stdout, stderr } = await run(file, args, { cwd: REPOSITORY });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code !== 0) console.log(`\n${stdout}${stderr}`.trimEnd());
  console.log(`${code === 0 ? 'ok     ' : 'FAILED '} ${name} (${seconds} s)`);
  return code === 0;
}
