// What runs on each task queue of a worker process, and how much of it at once.
import { createChainWatcherActivities } from '#activities/chain-watcher.ts';
import { createEmailActivities } from '#activities/email.ts';
import type { EmailTransport } from '#activities/email-transport.ts';
import { createIntentActivities } from '#activities/intent.ts';
import { createRatesActivities } from '#activities/rates.ts';
import { createRelayerActivities } from '#activities/relayer.ts';
import { createReportActivities, reportAttachments } from '#activities/reports.ts';
import { createWebhookActivities } from '#activities/webhook.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { WatcherLog } from '#chain/watch-session.ts';
import type { Em } from '#db/orm.ts';
import { createStaticScreening } from '#domain/screening.ts';
import type { RenderEmail } from '#emails/render-email.ts';
import type { OrderTracing } from '#tracing/order-trace.ts';
import { TaskQueue } from '#workflows/messages.ts';
import type { ActivityMetrics } from './activity-metrics.ts';
import type { WorkerEnv } from './env.ts';
import { traceSettlement, traceTransfer } from './order-traces.ts';
import type { QueueWorker } from './temporal-workers.ts';

const DELIVERIES_AT_ONCE = 200;
const DELIVERIES_PER_STORE = 10;
const DELIVERIES_PER_ENDPOINT = 3;
/** The others wait in Temporal, where urgent ones overtake. */
const EMAILS_AT_ONCE = 20;
const REPORTS_AT_ONCE = 4;
/** A thousand stores take nine minutes. Between two reports Temporal serves payments and webhooks. */
const REPORTS_PER_SECOND = 2;

export interface QueueDeps {
  env: WorkerEnv;
  em: Em;
  pools: ReadonlyMap<number, RpcPool>;
  transport: EmailTransport;
  renderEmail: RenderEmail;
  /** Names this process in leases. */
  owner: string;
  log: WatcherLog;
  metrics: Pick<ActivityMetrics, 'webhookAttempt' | 'paymentSeen'>;
  tracing: OrderTracing;
}

export const queueWorkers = (deps: QueueDeps): QueueWorker[] => [
  ordersQueue(deps),
  checkoutQueue(deps),
  webhooksQueue(deps),
  emailsQueue(deps),
  reportsQueue(deps),
  chainsQueue(deps),
];

const ordersQueue = ({ env, em }: QueueDeps): QueueWorker => ({
  taskQueue: TaskQueue.orders,
  activities: createIntentActivities({ em, screening: createStaticScreening(env.denyList) }),
});

const checkoutQueue = ({ env, em }: QueueDeps): QueueWorker => ({
  taskQueue: TaskQueue.checkout,
  activities: {
    ...createIntentActivities({ em, screening: createStaticScreening(env.denyList) }),
    ...createRatesActivities({ em, source: env.rates }),
  },
});

const webhooksQueue = ({ env, em, metrics }: QueueDeps): QueueWorker => ({
  taskQueue: TaskQueue.webhooks,
  activities: createWebhookActivities({
    em,
    masterKeys: env.masterKeys,
    allowedRanges: env.webhookAllowedRanges,
    requireHttps: env.production,
    maxInFlightPerStore: DELIVERIES_PER_STORE,
    maxInFlightPerEndpoint: DELIVERIES_PER_ENDPOINT,
    onAttempt: metrics.webhookAttempt,
  }),
  maxConcurrentActivityTaskExecutions: DELIVERIES_AT_ONCE,
  // A delivery ends within 15 s.
  shutdownGraceTime: '16 seconds',
});

const emailsQueue = ({ env, em, transport, renderEmail }: QueueDeps): QueueWorker => ({
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
  // The mail server may still accept a message that is being sent.
  shutdownGraceTime: '16 seconds',
});

/** Few at once: reports share the database with payments, and nobody waits for them. */
const reportsQueue = ({ env, em }: QueueDeps): QueueWorker => ({
  taskQueue: TaskQueue.reports,
  activities: createReportActivities({ em, masterKeys: env.masterKeys, publicUrl: env.email.publicUrl }),
  maxConcurrentActivityTaskExecutions: REPORTS_AT_ONCE,
  maxActivitiesPerSecond: REPORTS_PER_SECOND,
});

const chainsQueue = ({ env, em, pools, owner, log, metrics, tracing }: QueueDeps): QueueWorker => ({
  taskQueue: TaskQueue.chains,
  activities: {
    ...createChainWatcherActivities({
      ...{ em, pools, owner, log },
      onTransfer(chainId, news) {
        if (news.kind === 'seen' && news.seenAfter !== null) metrics.paymentSeen(chainId, news.seenAfter);
        log.info({ chainId, intent: news.intentId, txHash: news.txHash }, `transfer ${news.kind}`);
        traceTransfer(tracing, chainId, news);
      },
    }),
    ...(env.relayerKeys.length === 0
      ? {}
      : createRelayerActivities({
          ...{ em, pools, owner, log, privateKeys: env.relayerKeys },
          onSettled(chainId, news) {
            log.info({ chainId, intent: news.intentId, txHash: news.txHash }, 'settled');
            traceSettlement(tracing, chainId, news);
          },
        })),
  },
  // These activities never end by themselves: they are canceled at once.
  shutdownGraceTime: 0,
});
