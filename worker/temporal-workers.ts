// The Temporal workers of this process, one for each task queue. They are replaced when one fails or Temporal was away; the process
// keeps running.
import { setTimeout as delay } from 'node:timers/promises';
import { type ActivityInterceptorsFactory, NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { temporalConnectionOptions } from '#domain/temporal-settings.ts';
import type { WorkerEnv } from './env.ts';
import type { WorkflowBundlePath } from './workflow-bundle.ts';

const RECONNECT_MS = 2_000;
const SHUTDOWN_FORCE = '20 seconds';
/** By default the SDK delays heartbeats for 80 % of the time-out; one late reply would then cost a healthy activity its task. */
const HEARTBEATS_AT_LEAST_EACH = '3 seconds';
/** Of the deployment that all versions belong to. */
export const DEPLOYMENT_NAME = 'allscale-checkout';

/** One queue: what runs on it and how much at once. */
export interface QueueWorker
  extends Pick<
    WorkerOptions,
    | 'taskQueue'
    | 'activities'
    | 'maxConcurrentActivityTaskExecutions'
    | 'maxActivitiesPerSecond'
    | 'maxCachedWorkflows'
    | 'shutdownGraceTime'
  > {
  taskQueue: string;
}

export interface WorkersOptions {
  env: Pick<WorkerEnv, 'temporal' | 'buildId'>;
  bundle: WorkflowBundlePath;
  queues: readonly QueueWorker[];
  /** Around every activity. */
  activityInterceptors?: readonly ActivityInterceptorsFactory[];
  logger: Logger;
  /** Runs after each connection, before the workers poll; idempotent. */
  onConnected: () => Promise<void>;
}

export interface Workers {
  /** Whether all workers are polling. */
  isRunning(): boolean;
  stop(): Promise<void>;
}

/**
 * With a build id, the workers belong to a version of one deployment, and Temporal gives work to the current version only. The
 * behaviour is AUTO_UPGRADE: intents can wait for weeks and watchers run for ever, so a pinned version would never drain. Replay
 * tests make the upgrade safe (worker/README.md).
 */
const versioning = (buildId: string | null): Pick<WorkerOptions, 'workerDeploymentOptions'> =>
  buildId === null
    ? {}
    : {
        workerDeploymentOptions: {
          useWorkerVersioning: true,
          version: { deploymentName: DEPLOYMENT_NAME, buildId },
          defaultVersioningBehavior: 'AUTO_UPGRADE',
        },
      };

export const startWorkers = ({
  env,
  bundle,
  queues,
  activityInterceptors = [],
  logger,
  onConnected,
}: WorkersOptions): Workers => {
  const stopped = new AbortController();
  let current: Worker[] = [];

  const runOnce = async (): Promise<void> => {
    const connection = await NativeConnection.connect(temporalConnectionOptions(env.temporal));
    try {
      await onConnected();
      const workers = await Promise.all(
        queues.map((queue) =>
          Worker.create({
            ...queue,
            connection,
            namespace: env.temporal.namespace,
            workflowBundle: bundle,
            shutdownForceTime: SHUTDOWN_FORCE,
            maxHeartbeatThrottleInterval: HEARTBEATS_AT_LEAST_EACH,
            interceptors: { activity: [...activityInterceptors] },
            ...versioning(env.buildId),
          }),
        ),
      );
      if (stopped.signal.aborted) return;
      current = workers;
      logger.info({ queues: queues.map(({ taskQueue }) => taskQueue) }, 'workers are running');
      // The workers share the connection: when one fails, all stop and start again.
      const runs = workers.map((worker) => worker.run());
      await Promise.all(runs).catch((error: Error) => logger.error({ reason: error.message }, 'a worker failed'));
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled(runs);
    } finally {
      current = [];
      await connection.close().catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await runOnce().catch((error: Error) =>
        logger.warn({ reason: error.message }, 'Temporal is not reachable; retrying'),
      );
      await delay(RECONNECT_MS, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const running = run();

  return {
    isRunning: () => current.length > 0 && current.every((worker) => worker.getState() === 'RUNNING'),
    async stop() {
      stopped.abort();
      for (const worker of current) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    },
  };
};
