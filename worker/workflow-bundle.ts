// The workflow bundle, cached by a hash of its sources and shared by workers and tests. Production runs only a bundle that was built
// beforehand, so that an image needs no bundler and runs the code it was tested with.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { ConfigError } from '#domain/errors.ts';

const REPOSITORY = join(import.meta.dirname, '..');
const ENTRY = join(REPOSITORY, 'workflows', 'index.ts');
/** Where `node worker/build-workflows.ts` puts it. */
export const PRODUCTION_BUNDLE = join(REPOSITORY, 'build', 'workflow-bundle.js');

export interface WorkflowBundlePath {
  codePath: string;
}

/** The bundle to run. Throws ConfigError in production when it was not built. */
export const workflowBundle = async (production: boolean): Promise<WorkflowBundlePath> => {
  if (!production) return await cachedBundle();
  if (!existsSync(PRODUCTION_BUNDLE)) {
    throw new ConfigError('NODE_ENV=production needs the workflow bundle: run "node worker/build-workflows.ts" first');
  }
  return { codePath: PRODUCTION_BUNDLE };
};

/** Builds the bundle if its sources changed. */
export const cachedBundle = async (): Promise<WorkflowBundlePath> => {
  const codePath = join(REPOSITORY, 'build', 'workflows', `${sourceHash()}.js`);
  if (!existsSync(codePath)) await buildBundle(codePath);
  return { codePath };
};

/** Renames the finished file into place, so that a reader never sees half of it. */
export const buildBundle = async (codePath: string): Promise<void> => {
  const { code } = await bundleWorkflowCode({ workflowsPath: ENTRY, logger: new DefaultLogger('WARN') });
  mkdirSync(dirname(codePath), { recursive: true });
  const unfinished = `${codePath}.${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, codePath);
};

/** Covers everything that can be part of the bundle: two rooms, and the versions of packages. */
const sourceHash = (): string => {
  const hash = createHash('sha256').update(readFileSync(join(REPOSITORY, 'package.json')));
  for (const room of ['workflows', 'domain']) {
    const folder = join(REPOSITORY, room);
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .sort()) {
      hash.update(`${room}/${file}\0`).update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 16);
};
