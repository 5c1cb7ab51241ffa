// The worker process: Temporal workers, dispatcher, leader tasks and health server, until SIGTERM. It starts without Temporal or
// Postgres, and keeps running when they go away.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import pino, { type Logger } from 'pino';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { listOperatorEmails } from '#db/accounts/operator-emails.ts';
import { recordAuditHead } from '#db/merchants/audit-heads.ts';
import { applyDueChanges } from '#db/merchants/decide-change.ts';
import { moveAlerts } from '#db/monitoring/operator-alerts.ts';
import type { Em } from '#db/orm.ts';
import { openOrm } from '#db/orm.ts';
import { eraseOldPersonalData } from '#db/personal-data/retention.ts';
import { ConfigError } from '#domain/errors.ts';
import { temporalConnectionOptions } from '#domain/temporal-settings.ts';
import { logLines } from '#tracing/log-lines.ts';
import { openTracing } from '#tracing/open-tracing.ts';
import { createActivityMetrics } from './activity-metrics.ts';
import { readFindings } from './alerts/alert-findings.ts';
import { sendAlertMessages } from './alerts/alert-webhook.ts';
import { createBooksVerifier } from './books/books-verifier.ts';
import { admitChains } from './chain-admission.ts';
import { dispatchToTemporal } from './dispatch-to-temporal.ts';
import { startDispatcher } from './dispatcher.ts';
import { loadEmailTemplates } from './email-templates.ts';
import { createEmailTransport } from './email-transport.ts';
import { readWorkerEnv, type WorkerEnv } from './env.ts';
import { createGrowth } from './growth.ts';
import { startHealthServer } from './health-server.ts';
import { runInvoicePass } from './invoice-pass.ts';
import { startLeaderTasks } from './leader-tasks.ts';
import { createWorkerMetrics } from './metrics.ts';
import { activityLogs } from './order-logs.ts';
import { activityTraces, tracedDispatch } from './order-traces.ts';
import { queueWorkers } from './queues.ts';
import { receiverTasks } from './receiver-networks.ts';
import { createReconciler } from './reconciler.ts';
import { createRefundFollower } from './refund-follower.ts';
import { createRejoin } from './rejoin.ts';
import { createRelayerGas } from './relayer-gas.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { createSettlementFollower } from './settlement-follower.ts';
import { createSimulator } from './simulations.ts';
import { catchUpSchedules, startStandingWorkflows } from './standing-workflows.ts';
import { createStraySearch } from './stray-search.ts';
import { installTemporalRuntime } from './temporal-runtime.ts';
import { startWorkers } from './temporal-workers.ts';
import { workflowBundle } from './workflow-bundle.ts';

const HEALTH_DEADLINE_MS = 2_000;
const RECONCILE_MS = 30_000;
/** How late a restore of the database is noticed. */
const REJOIN_MS = 2_000;
const FOLLOW_MS = 5_000;
const STRAYS_MS = 10_000;
const SIMULATIONS_MS = 500;
/** How late a change that waited may be applied. */
const CHANGES_MS = 10_000;
/** How late a reminder of an invoice may be sent. */
const INVOICES_MS = 15_000;
/** How often the last verification's age is read. */
const BOOKS_MS = 60_000;
/** How often the relayer's balances are read, for the metrics. */
const GAS_MS = 60_000;
/** How often it is checked whether today's head of the audit log is signed and mailed. */
const AUDIT_HEAD_MS = 10 * 60_000;
/** How often it is read whether operators must be told something, and how late such a message may leave. */
const ALERTS_MS = 30_000;
const ALERT_MESSAGES_MS = 5_000;
/** Each pass of the two is bounded: how often they run decides how many orders a second they keep up with (decision 0101). */
const RETENTION_MS = 60_000;
const OLD_LOGS_MS = 60_000;
const SIZES_MS = 10 * 60_000;
/** Shared by activities, dispatcher and reconciler. */
const DATABASE_CONNECTIONS = 24;

const start = async (env: WorkerEnv): Promise<void> => {
  const logger = pino({ level: env.logLevel, name: 'worker', ...logLines });
  installTemporalRuntime(logger, env.temporalMetricsAddress);
  const orm = await openOrm({ databaseUrl: env.databaseUrl, poolSize: DATABASE_CONNECTIONS });
  const { em } = orm;
  await admitChains({ em, chains: env.chains, relayerKeys: env.relayerKeys, logger });
  const bundle = await workflowBundle(env.production);
  const renderEmail = await loadEmailTemplates(env.production);
  const connection = Connection.lazy(temporalConnectionOptions(env.temporal));
  const client = new Client({ connection, namespace: env.temporal.namespace });
  const pools = new Map(
    env.chains.map(({ chain, rpcUrls, wsUrls = [] }) => [
      chain.id,
      createRpcPool({ chainId: chain.id, urls: rpcUrls, wsUrls }),
    ]),
  );
  const transport = createEmailTransport(em, env.email.transport);
  const owner = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;

  const prepareTemporal = async (): Promise<void> => {
    await registerSearchAttributes(connection, env.temporal.namespace);
    await startStandingWorkflows(client, { chainIds: [...pools.keys()], relays: env.relayerKeys.length > 0 });
  };
  const tracing = await openTracing(env.tracing, 'worker', logger);
  const activityMetrics = createActivityMetrics([...pools.keys()]);
  const workers = startWorkers({
    env,
    bundle,
    queues: queueWorkers({
      ...{ env, em, pools, transport, renderEmail, owner, tracing },
      ...{ log: logger, metrics: activityMetrics },
    }),
    activityInterceptors: [activityLogs(logger), ...(env.tracing ? [activityTraces(tracing)] : [])],
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
    dispatch: tracedDispatch(tracing, (row) => dispatchToTemporal(client, row)),
  });
  const reconciler = createReconciler({ em, client, logger, prepareTemporal });
  const rejoin = createRejoin({ em, client, logger });
  const refunds = createRefundFollower({ em, pools, logger });
  const settlements = createSettlementFollower({ em, pools, logger });
  const strays = createStraySearch({ em, pools, logger });
  const simulator = createSimulator({ em, chains: env.chains, logger });
  const books = createBooksVerifier({ em, pools, logger });
  const gas = createRelayerGas({ pools, relayerKeys: env.relayerKeys, logger });
  const growth = createGrowth({ em, retention: env.retention, logger });
  const alertSources = { em, chainIds: [...pools.keys()], gas: gas.readings, settles: env.relayerKeys.length > 0 };
  const lookForAlerts = async (): Promise<void> => {
    const told = { now: new Date(), publicUrl: env.email.publicUrl };
    const news = await moveAlerts(em, await readFindings(alertSources), told);
    if (news) logger.info(news, 'operators are told');
  };
  const leaderTasks = startLeaderTasks({
    databaseUrl: env.databaseUrl,
    logger,
    tasks: [
      { name: 'restored database', intervalMs: REJOIN_MS, run: () => rejoin.pass() },
      { name: 'reconciler', intervalMs: RECONCILE_MS, run: () => reconciler.pass() },
      { name: 'refunds', intervalMs: FOLLOW_MS, run: () => refunds.pass() },
      { name: 'settlements', intervalMs: FOLLOW_MS, run: () => settlements.pass() },
      { name: 'stray money', intervalMs: STRAYS_MS, run: () => strays.pass() },
      ...(simulator ? [{ name: 'simulations', intervalMs: SIMULATIONS_MS, run: () => simulator.pass() }] : []),
      ...receiverTasks({ em, pools, logger }),
      { name: 'waiting changes', intervalMs: CHANGES_MS, run: () => applyDueChanges(em) },
      {
        name: 'invoices',
        intervalMs: INVOICES_MS,
        run: () => runInvoicePass({ em, client, publicUrl: env.email.publicUrl, logger }),
      },
      { name: 'books', intervalMs: BOOKS_MS, run: () => books.pass() },
      { name: "relayer's gas", intervalMs: GAS_MS, run: () => gas.pass() },
      { name: 'audit head', intervalMs: AUDIT_HEAD_MS, run: () => mailAuditHead(em, env) },
      { name: 'alerts', intervalMs: ALERTS_MS, run: lookForAlerts },
      {
        name: 'messages of alerts',
        intervalMs: ALERT_MESSAGES_MS,
        run: () => sendAlertMessages({ em, webhook: env.alertWebhook, production: env.production, logger }),
      },
      { name: 'old personal data', intervalMs: RETENTION_MS, run: () => eraseOldPersonalData(em, env.retention) },
      { name: 'old logs', intervalMs: OLD_LOGS_MS, run: () => growth.shorten() },
      { name: 'days of the request log', intervalMs: SIZES_MS, run: () => growth.keepDays() },
      { name: 'sizes of tables', intervalMs: SIZES_MS, run: () => growth.measure() },
    ],
  });
  let started = false;
  const health = await startHealthServer({
    host: env.host,
    port: env.healthPort,
    report: async () => {
      started ||= workers.isRunning();
      const temporal = (await isReachable(connection)) && workers.isRunning();
      return { started, temporal, postgres: await orm.isConnected() };
    },
    metrics: createWorkerMetrics({ em, pools, dispatcher, leaderTasks, activityMetrics, gas, growth }),
  });
  logger.info({ health: health.port, chains: [...pools.keys()], buildId: env.buildId }, 'worker started');

  stopOnSignals(logger, async () => {
    await Promise.all([leaderTasks.stop(), dispatcher.stop(), workers.stop()]);
    await Promise.all([transport.close(), ...[...pools.values()].map((pool) => pool.close())]);
    await Promise.all([health.stop(), connection.close(), orm.close(), tracing.stop()]);
  });
};

const mailAuditHead = async (em: Em, env: WorkerEnv): Promise<void> => {
  const { auditKey: key, trustedAuditKeys: trusted, auditHeadEmails } = env;
  const recipients = auditHeadEmails.length > 0 ? auditHeadEmails : await listOperatorEmails(em);
  await recordAuditHead(em, { key, trusted, recipients });
};

const isReachable = (connection: Connection): Promise<boolean> =>
  connection
    .withDeadline(Date.now() + HEALTH_DEADLINE_MS, () => connection.workflowService.getSystemInfo({}))
    .then(
      () => true,
      () => false,
    );

const stopOnSignals = (logger: Logger, stop: () => Promise<void>): void => {
  let stopping = false;
  const stopOnce = (): void => {
    if (stopping) return;
    stopping = true;
    logger.info('worker is stopping');
    stop().then(
      () => {
        logger.info('worker stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stopOnce).on('SIGINT', stopOnce);
};

try {
  const env = readWorkerEnv(process.env);
  // Reads the settings only.
  if (process.argv.includes('--check')) process.stdout.write('worker: the settings are good\n');
  else await start(env);
} catch (error) {
  const reason = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`worker: ${reason}\n`);
  process.exit(1);
}
