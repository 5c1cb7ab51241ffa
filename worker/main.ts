// The worker process: reads its configuration, builds what the activities need, and runs Temporal workers, dispatcher, reconciler
// and health server until SIGTERM. It starts without Temporal or Postgres being there, and outlives their absence.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { createChainWatcherActivities } from '#activities/chain-watcher.ts';
import { createEmailActivities } from '#activities/email.ts';
import { createIntentActivities } from '#activities/intent.ts';
import { createRatesActivities } from '#activities/rates.ts';
import { createRelayerActivities } from '#activities/relayer.ts';
import { createReportActivities, reportAttachments } from '#activities/reports.ts';
import { createWebhookActivities } from '#activities/webhook.ts';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { openOrm } from '#db/orm.ts';
import { ConfigError } from '#domain/errors.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { TaskQueue } from '#workflows/messages.ts';
import { dispatchToTemporal } from './dispatch-to-temporal.ts';
import { startDispatcher } from './dispatcher.ts';
import { loadEmailTemplates } from './email-templates.ts';
import { createEmailTransport } from './email-transport.ts';
import { readWorkerEnv, type WorkerEnv } from './env.ts';
import { startHealthServer } from './health-server.ts';
import { startLeaderTasks } from './leader-tasks.ts';
import { createWorkerMetrics } from './metrics.ts';
import { createReconciler } from './reconciler.ts';
import { createRefundFollower } from './refund-follower.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { catchUpSchedules, startStandingWorkflows } from './standing-workflows.ts';
import { installTemporalRuntime } from './temporal-runtime.ts';
import { type QueueWorker, startWorkers } from './temporal-workers.ts';
import { workflowBundle } from './workflow-bundle.ts';

const HEALTH_DEADLINE_MS = 2_000;
const DELIVERIES_AT_ONCE = 200;
const DELIVERIES_PER_STORE = 10;
/** E-mails in the hands of one worker; the others wait in Temporal, the urgent ones first. */
const EMAILS_AT_ONCE = 20;
const REPORTS_AT_ONCE = 4;
/** Of each worker: a thousand stores take nine minutes, and leave Temporal to payments and webhooks between two reports. */
const REPORTS_PER_SECOND = 2;
/** Activities of the intents, dispatcher and reconciler share them; chains hold one each while they write. */
const DATABASE_CONNECTIONS = 24;

const RECONCILE_MS = 30_000;
const REFUNDS_MS = 5_000;

const start = async (env: WorkerEnv): Promise<void> => {
  const logger = pino({ level: env.logLevel, name: 'worker' });
  installTemporalRuntime(logger, env.temporalMetricsAddress);
  const bundle = await workflowBundle(env.production);
  const renderEmail = await loadEmailTemplates(env.production);
  const orm = await openOrm({ databaseUrl: env.databaseUrl, poolSize: DATABASE_CONNECTIONS });
  const { em } = orm;
  const connection = Connection.lazy({ address: env.temporalAddress });
  const client = new Client({ connection, namespace: env.temporalNamespace });
  const pools = new Map(
    env.chains.map(({ chain, rpcUrls }) => [chain.id, createRpcPool({ chainId: chain.id, urls: rpcUrls })]),
  );
  const owner = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const transport = createEmailTransport(em, env.email.transport);
  const chainDeps = { em, pools, owner, log: logger };

  const prepareTemporal = async (): Promise<void> => {
    await registerSearchAttributes(connection, env.temporalNamespace);
    await startStandingWorkflows(client, { chainIds: [...pools.keys()], relays: env.relayerKey !== null });
  };
  const queues: QueueWorker[] = [
    {
      taskQueue: TaskQueue.checkout,
      activities: {
        ...createIntentActivities({ em, screening: createStaticScreening(env.denyList) }),
        ...createRatesActivities({ em, source: env.rates }),
      },
    },
    {
      taskQueue: TaskQueue.webhooks,
      activities: createWebhookActivities({
        em,
        masterKeys: env.masterKeys,
        allowedRanges: env.webhookAllowedRanges,
        requireHttps: env.production,
        maxInFlightPerStore: DELIVERIES_PER_STORE,
      }),
      maxConcurrentActivityTaskExecutions: DELIVERIES_AT_ONCE,
      // A delivery in flight ends by itself within its 15 s.
      shutdownGraceTime: '16 seconds',
    },
    {
      taskQueue: TaskQueue.emails,
      activities: createEmailActivities({
        em,
        transport,
        renderEmail,
        from: env.email.from,
        publicUrl: env.email.publicUrl,
        attachmentsOf: (message) => reportAttachments({ em }, message),
      }),
      maxConcurrentActivityTaskExecutions: EMAILS_AT_ONCE,
      // A message in the hands of a mail server may yet be taken.
      shutdownGraceTime: '16 seconds',
    },
    {
      taskQueue: TaskQueue.reports,
      activities: createReportActivities({ em, masterKeys: env.masterKeys, publicUrl: env.email.publicUrl }),
      // Their sums and files share the database with payments, and nobody waits for them.
      maxConcurrentActivityTaskExecutions: REPORTS_AT_ONCE,
      maxActivitiesPerSecond: REPORTS_PER_SECOND,
    },
    {
      taskQueue: TaskQueue.chains,
      activities: {
        ...createChainWatcherActivities(chainDeps),
        ...(env.relayerKey === null ? {} : createRelayerActivities({ ...chainDeps, privateKey: env.relayerKey })),
      },
      // They never end by themselves: asked to stop at once.
      shutdownGraceTime: 0,
    },
  ];

  let started = false;
  const workers = startWorkers({
    env,
    bundle,
    queues,
    logger,
    onConnected: async () => {
      await prepareTemporal();
      await catchUpSchedules(client);
    },
  });
  const dispatcher = startDispatcher({
    em,
    databaseUrl: env.databaseUrl,
    logger,
    dispatch: (row) => dispatchToTemporal(client, row),
  });
  const reconciler = createReconciler({ em, client, logger, prepareTemporal });
  const refunds = createRefundFollower({ em, pools, logger });
  const leaderTasks = startLeaderTasks({
    databaseUrl: env.databaseUrl,
    logger,
    tasks: [
      { name: 'reconciler', intervalMs: RECONCILE_MS, run: () => reconciler.pass() },
      { name: 'refunds', intervalMs: REFUNDS_MS, run: () => refunds.pass() },
    ],
  });
  const health = await startHealthServer({
    host: env.host,
    port: env.healthPort,
    report: async () => {
      started ||= workers.isRunning();
      const temporal = client
        .withDeadline(Date.now() + HEALTH_DEADLINE_MS, () => connection.workflowService.getSystemInfo({}))
        .then(
          () => workers.isRunning(),
          () => false,
        );
      return { started, temporal: await temporal, postgres: await orm.isConnected() };
    },
    metrics: createWorkerMetrics({ em, dispatcher, leaderTasks }),
  });
  logger.info({ health: health.port, chains: [...pools.keys()], buildId: env.buildId }, 'worker started');

  const stop = async (): Promise<void> => {
    logger.info('worker stops');
    await Promise.all([leaderTasks.stop(), dispatcher.stop(), workers.stop()]);
    await Promise.all([transport.close(), ...[...pools.values()].map((pool) => pool.close())]);
    await Promise.all([health.stop(), connection.close(), orm.close()]);
    logger.info('worker stopped');
    process.exit(0);
  };
  let stopping = false;
  const stopOnce = (): void => {
    if (stopping) return;
    stopping = true;
    stop().catch((error: unknown) => {
      logger.error({ err: error }, 'stopping failed');
      process.exit(1);
    });
  };
  process.on('SIGTERM', stopOnce).on('SIGINT', stopOnce);
};

try {
  await start(readWorkerEnv(process.env));
} catch (error) {
  const reason = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`worker: ${reason}\n`);
  process.exit(1);
}
