// Starts the web server from the environment: `node web/server.ts`. It needs neither Temporal nor a chain nor a rate service to
// start and to answer: pages ask them, each with a deadline, when a shopper does. SIGTERM and SIGINT: no new connections, open
// requests finish, then the end.
import { openOrm } from '#db/orm.ts';
import { ConfigError } from '#domain/errors.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { createServer } from './create-server.ts';
import { readWebEnv } from './env.ts';

/** After this long, what has not finished is cut off. */
const SHUTDOWN_TIMEOUT_MS = 20_000;

const start = async (): Promise<void> => {
  const config = readWebEnv(process.env);
  const orm = await openOrm({ databaseUrl: config.databaseUrl, poolSize: 20 });
  const {
    databaseUrl,
    publicUrl,
    chains,
    development,
    demoShop,
    temporal,
    authSecret,
    walletConnectProjectId,
    temporalUiUrl,
    resendWebhookSecret,
  } = config;
  const screening = createStaticScreening(config.denyList);
  const app = await createServer({
    orm,
    masterKeys: config.masterKeys,
    chains: chains.map(({ chain }) => chain),
    feeReceiver: config.feeReceiver,
    publicUrl,
    trustedProxies: config.trustedProxies,
    pages: {
      orm,
      databaseUrl,
      publicUrl,
      chains,
      development,
      demoShop,
      ...{
        temporal,
        screening,
        authSecret,
        masterKeys: config.masterKeys,
        walletConnectProjectId,
        temporalUiUrl,
        resendWebhookSecret,
      },
    },
    logger: { level: config.logLevel },
  });

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    app.log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), SHUTDOWN_TIMEOUT_MS).unref();
    app
      .close()
      .then(() => orm.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          app.log.error(error, 'the server did not stop cleanly');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  await app.listen({ host: config.host, port: config.port });
};

start().catch((error: unknown) => {
  // A wrong setting is one line for its reader; anything else is a fault and shows where.
  process.stderr.write(
    `web: ${error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : error}\n`,
  );
  process.exit(1);
});
