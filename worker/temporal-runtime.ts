// Temporal's runtime in this process: its log lines go to our logger, and the metrics of its core to a Prometheus endpoint if asked for.
import { DefaultLogger, type LogEntry, type LogMetadata, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { orderFacts } from '#tracing/log-lines.ts';
import { orderOfWorkflow } from '#workflows/messages.ts';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/**
 * The SDK hands its lines over later: what they are about is in them. pino writes an error in full under `err` only. Who has a task's token
 * may end the task.
 */
const factsOf = ({ error, taskToken: _, ...facts }: LogMetadata = {}): object => {
  const order = typeof facts.workflowId === 'string' ? orderOfWorkflow(facts.workflowId) : null;
  return { ...facts, ...(error === undefined ? {} : { err: error }), ...(order && orderFacts(order)) };
};

/** Writes the SDK's lines with our logger. */
export const sdkLines =
  (logger: Logger) =>
  ({ level, message, meta }: Pick<LogEntry, 'level' | 'message' | 'meta'>): void =>
    logger[LEVELS[level]](factsOf(meta), message);

/** Call once, before the first connection. @param metricsAddress `host:port` to serve the core's metrics on; null: off */
export const installTemporalRuntime = (logger: Logger, metricsAddress: string | null): void => {
  Runtime.install({
    logger: new DefaultLogger('WARN', sdkLines(logger)),
    telemetryOptions: {
      // Without Temporal the core logs every failed poll; health and reconciler report it once.
      logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} },
      ...(metricsAddress === null ? {} : { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
  });
};
