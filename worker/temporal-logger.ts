// Temporal's runtime in this process: its log lines written as ours.
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Once for each process, before the first connection. */
export const installTemporalRuntime = (logger: Logger): void => {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => logger[LEVELS[level]]({ ...meta }, message)),
    // The native core tells of each of its many polls when Temporal is away; health and reconciler tell it once.
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
};
