// What the drill runs: Postgres with an archive, Temporal with its histories in a file, a local chain, an e-mail provider, a shop's
// receiver of webhooks, and workers. All of it is real but the chain and the provider.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { type MailProvider, startMailProvider } from '../cluster/mail-provider.ts';
import { argumentsOf } from '../images/processes.ts';
import { masterKeys } from '../lib/data-folder.ts';
import { localAccount } from '../lib/local-accounts.ts';
import { freePort } from '../lib/ports.ts';
import { prepareDatabase } from '../lib/prepare-database.ts';
import { type RunningChain, startChain } from '../lib/stack/chain.ts';
import type { Running } from '../lib/stack/child.ts';
import { type RunningPostgres, startPostgres } from '../lib/stack/postgres.ts';
import { startService } from '../lib/stack/service.ts';
import { type RunningTemporal, startTemporal } from '../lib/stack/temporal.ts';
import { type DrillTemporal, startTemporalOn } from './temporal-server.ts';

export const CHAIN = 31337;
const WORKER_READY_MS = 300_000;
const FIRST_TEMPORAL = 'temporal';

export interface DrillWorld {
  /** Of the system that runs before the restore. */
  dataDir: string;
  postgres: RunningPostgres;
  temporal: DrillTemporal;
  /** The process of the development server; undefined: it is the real server, which keeps its histories in Postgres. */
  developmentServer: RunningTemporal | undefined;
  chain: RunningChain;
  mail: MailProvider;
  shop: TestReceiver;
  masterKeys: string;
  stop(): Promise<void>;
}

/** Temporal is ready and empty, or has the histories of a copy. @param name of its folder below `folder` */
export const startDrillTemporal = async (
  folder: string,
  name: string,
): Promise<DrillTemporal & { process: RunningTemporal }> => {
  const dataDir = join(folder, name);
  mkdirSync(dataDir, { recursive: true });
  const process = await startTemporal({ dataDir, port: await freePort() });
  return { name: process.name, address: process.address, env: {}, process, stop: process.stop };
};

/** Copies the histories of a Temporal that runs, as they are at this moment: like a copy of the disk, while the process stands still. */
export const copyHistories = (folder: string, from: RunningTemporal, name: string): void => {
  const [source, target] = [join(folder, FIRST_TEMPORAL, 'temporal'), join(folder, name, 'temporal')];
  mkdirSync(target, { recursive: true });
  process.kill(from.pid, 'SIGSTOP');
  try {
    // SQLite's log beside the file belongs to it.
    for (const file of readdirSync(source)) copyFileSync(join(source, file), join(target, file));
  } finally {
    process.kill(from.pid, 'SIGCONT');
  }
};

/** @param server Temporal's real server, on Postgres */
export const startDrillWorld = async (folder: string, server: boolean): Promise<DrillWorld> => {
  const dataDir = join(folder, 'running');
  mkdirSync(dataDir, { recursive: true });
  const [postgres, development, chain, mail, shop] = await Promise.all([
    (async () => await startPostgres({ dataDir, port: await freePort(), archives: true }))(),
    server ? undefined : startDrillTemporal(folder, FIRST_TEMPORAL),
    (async () =>
      await startChain({ dataDir, chainId: CHAIN, port: await freePort(), blockTime: 1, persistent: false }))(),
    startMailProvider(),
    startReceiver(),
  ]);
  const [temporal] = await Promise.all([
    development ?? startTemporalOn(postgres, dataDir),
    prepareDatabase(postgres.ownerUrl, postgres.applicationUrl),
    deployLocalContracts({ rpcUrl: chain.rpcUrl }),
  ]);
  return {
    ...{
      dataDir,
      postgres,
      temporal,
      developmentServer: development?.process,
      chain,
      mail,
      shop,
      masterKeys: masterKeys(dataDir),
    },
    async stop() {
      await Promise.all([chain.stop(), mail.close(), shop.stop()]);
    },
  };
};

/** A worker on a database and a Temporal: `npm start`'s, with SMTP as its provider. */
export const startDrillWorker = async (
  { chain, mail, masterKeys: keys }: DrillWorld,
  on: { dataDir: string; databaseUrl: string; temporal: Pick<DrillTemporal, 'address' | 'env'> },
): Promise<Running> => {
  const port = await freePort();
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  return await startService({
    name: 'worker',
    dataDir: on.dataDir,
    command: [process.execPath, ...argumentsOf('worker')],
    healthUrl: `http://127.0.0.1:${port}/healthz`,
    readyWithinMs: WORKER_READY_MS,
    env: {
      PATH,
      ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}),
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      HOST: '127.0.0.1',
      PUBLIC_URL: 'http://127.0.0.1:9',
      DATABASE_URL: on.databaseUrl,
      TEMPORAL_ADDRESS: on.temporal.address,
      ...on.temporal.env,
      MASTER_KEYS: keys,
      WORKER_HEALTH_PORT: String(port),
      WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8',
      RELAYER_KEY: localAccount('relayer').privateKey,
      RATES: 'off',
      EMAIL_TRANSPORT: 'smtp',
      EMAIL_FROM: 'AllScale Checkout <no-reply@checkout.internal>',
      SMTP_URL: mail.url,
      [`RPC_URLS_${CHAIN}`]: chain.rpcUrl,
      [`WS_URLS_${CHAIN}`]: chain.wsUrl,
    },
  });
};
