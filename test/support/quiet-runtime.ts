// Temporal's native core, quiet. A process has one for all test files that run in it.
import { DefaultLogger, Runtime } from '@temporalio/worker';

let isInstalled = false;

/** Before the first connection or worker of a file. Only errors are logged. */
export const installQuietRuntime = (): void => {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  });
};
