// Starts the web server from the environment: `node web/server.ts`. It needs neither Temporal nor a chain to start or to serve:
// pages that need them call them with a deadline. On SIGTERM and SIGINT it takes no new connections, finishes open requests
// and exits. `--check` reads the settings only.
import type { FastifyInstance } from 'fastify';
import { type Em, openOrm } from '#db/orm.ts';
import { readWatchedChains } from '#db/watching/watched-chains.ts';
import { refuseForgottenChains } from '#domain/chains.ts';
import { ConfigError, UserError } from '#domain/errors.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { openTracing } from '#tracing/open-tracing.ts';
import { createAddressCheck } from './chains/address-check.ts';
import { closeChainPools, createChainPools } from './chains/chain-pools.ts';
import { createServer } from './create-server.ts';
import { readWebEnv, type WebConfig } from './env.ts';
import { createWebMetrics, startMetricsServer } from './http/web-metrics.ts';

/** Open requests are cut off after this. */
const SHUTDOWN_TIMEOUT_MS = 20_000;

const start = async (): Promise<void> => {
  const config = readWebEnv(process.env);
  if (process.argv.includes('--check')) return void process.stdout.write('web: the settings are good\n');
  const orm = await openOrm({ databaseUrl: config.databaseUrl, poolSize: 20 });
  refuseForgottenChains(await readWatchedChains(orm.em.fork()));
  await checkFeeReceiver(config, orm.em);
  const metrics = config.metricsPort === null ? null : createWebMetrics();
  const tracing = await openTracing(config.tracing, 'web', { warn: (...line) => app.log.warn(...line) });
  const app = await createServer({
    orm,
    masterKeys: config.masterKeys,
    chains: config.chains.map(({ chain }) => chain),
    feeReceiver: config.feeReceiver,
    receivers: config.receivers,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    metrics,
    tracing,
    pages: {
      orm,
      databaseUrl: config.databaseUrl,
      publicUrl: config.publicUrl,
      chains: config.chains,
      development: config.development,
      passwordAlone: config.passwordAlone,
      changeWaitMs: config.changeWaitMs,
      hotReload: config.hotReload,
      temporal: config.temporal,
      limits: config.limits,
      screening: createStaticScreening(config.denyList),
      authSecret: config.authSecret,
      masterKeys: config.masterKeys,
      demoShop: config.demoShop,
      temporalUiUrl: config.temporalUiUrl,
      resendWebhookSecret: config.resendWebhookSecret,
      walletConnectProjectId: config.walletConnectProjectId,
    },
    logger: { level: config.logLevel },
  });
  if (metrics && config.metricsPort !== null) {
    const close = await startMetricsServer({ register: metrics, host: config.host, port: config.metricsPort });
    app.addHook('onClose', async () => close());
  }
  app.addHook('onClose', () => tracing.stop());
  stopOnSignals(app, () => orm.close());
  await app.listen({ host: config.host, port: config.port });
};

/** Stops the start when fees would be lost. A chain that does not respond is left out: the server starts without one. */
const checkFeeReceiver = async ({ chains: enabled, feeReceiver }: WebConfig, em: Em): Promise<void> => {
  const pools = createChainPools(enabled);
  try {
    const check = createAddressCheck({ em, chains: enabled.map(({ chain }) => chain), pools });
    await check(feeReceiver, { isTest: false });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.code !== 'unreachable') throw new ConfigError(`FEE_RECEIVER: ${error.message}`);
    process.stderr.write(`web: warning: FEE_RECEIVER: ${error.message}\n`);
  } finally {
    await closeChainPools(pools);
  }
};

const stopOnSignals = (app: FastifyInstance, closeDatabase: () => Promise<void>): void => {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    app.log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), SHUTDOWN_TIMEOUT_MS).unref();
    app
      .close()
      .then(closeDatabase)
      .then(
        () => process.exit(0),
        (error: unknown) => {
          app.log.error(error, 'did not stop cleanly');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

start().catch((error: unknown) => {
  // A wrong setting is one line for the operator; anything else is a bug and shows its stack.
  process.stderr.write(
    `web: ${error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : error}\n`,
  );
  process.exit(1);
});
