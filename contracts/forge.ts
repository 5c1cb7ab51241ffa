// Runs forge where it must run: in this folder (foundry.toml names the compiler relative to it), with the Node of
// package.json first in PATH for the compiler's wrapper. By hand: `node contracts/forge.ts test`, from anywhere.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

const contractsFolder = import.meta.dirname;
const binFolder = join(contractsFolder, '..', 'node_modules', '.bin');

/** The native program: the npm package's own `forge` script always exits with 0, so failing tests would pass unseen. */
const findForge = (): string => {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return createRequire(import.meta.url).resolve(`@foundry-rs/forge-${process.platform}-${architecture}/bin/forge`);
};

/** Runs `forge` with these arguments and the caller's standard streams. Resolves to its exit code. */
export const runForge = (args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(findForge(), args, {
      cwd: contractsFolder,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${binFolder}${delimiter}${process.env.PATH ?? ''}` },
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });

if (import.meta.main) process.exitCode = await runForge(process.argv.slice(2));
