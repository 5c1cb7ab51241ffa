// What the servers of the clone need in production: the pages, the workflow bundle and the e-mail templates, built.
import { REPOSITORY } from '../lib/paths.ts';
import { type Progress, step } from '../lib/progress.ts';
import { mustRun } from '../lib/run.ts';
import { buildWebBundle } from '../lib/web-bundle.ts';

/** Throws a SetupError with the output of a build that fails. */
export const prepareProductionBuild = async (say: Progress): Promise<void> => {
  await buildWebBundle(say);
  await step(say, 'building the workflow bundle and the e-mail templates', async () => {
    for (const script of ['worker/build-workflows.ts', 'worker/build-emails.ts']) {
      await mustRun(process.execPath, [script], { cwd: REPOSITORY });
    }
  });
};
