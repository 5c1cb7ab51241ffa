// Temporal's runtime in this process: its log lines go to our logger, and the metrics of its core to a Prometheus endpoint if asked for.
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Call once, before the first connection. @param metricsAddress `host:port` to serve the core's metrics on; null: off */
export const installTemporalRuntime = (logger: Logger, metricsAddress: string | null): void => {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => logger[LEVELS[level]]({ ...meta }, message)),
    telemetryOptions: {
      // Without Temporal the core logs every failed poll; health and reconciler report it once.
      logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} },
      ...(metricsAddress === null ? {} : { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
  });
};
