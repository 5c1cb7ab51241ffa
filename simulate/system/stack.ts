// The whole system as `npm start` runs it, with relays and doubles between its parts: TCP links before Postgres and Temporal, two
// RPC providers for each chain, and an e-mail provider.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { authSecret, masterKeys } from '#scripts/lib/data-folder.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { localEnvironment } from '#scripts/lib/local-environment.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { prepareDatabase } from '#scripts/lib/prepare-database.ts';
import { type Running, recordedProcess } from '#scripts/lib/stack/child.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { startPostgres } from '#scripts/lib/stack/postgres.ts';
import { startService } from '#scripts/lib/stack/service.ts';
import { type Part, Supervisor } from '#scripts/lib/stack/supervisor.ts';
import { startTemporal, TEMPORAL_NAMESPACE } from '#scripts/lib/stack/temporal.ts';
import type { PortName } from '#scripts/lib/start-settings.ts';
import { temporalCli } from '#scripts/lib/tools/temporal-cli.ts';
import { buildWebBundle } from '#scripts/lib/web-bundle.ts';
import { seed as seedDemoShop } from '#scripts/seed.ts';
import { createShopTables } from '#web/demo/server/shop-tables.ts';
import { type LyingRpc, startLyingRpc } from '../doubles/lying-rpc.ts';
import { type ResendDouble, startResendDouble } from '../doubles/resend.ts';
import { type RestartableChain, restartableChain } from './restartable-chain.ts';
import { startTcpLink, type TcpLink } from './tcp-link.ts';

export const CHAIN_IDS = [31337, 31338] as const;
export type ChainId = (typeof CHAIN_IDS)[number];
export const PARTS = ['web', 'worker', 'temporal', 'postgres'] as const;
export type PartName = (typeof PARTS)[number];

/** Blocks after the set-up: no reorganisation reaches it. */
const BLOCKS_BEFORE_START = 40;
const DISK_MEGABYTES = 512;

export interface SystemStack {
  dataDir: string;
  webUrl: string;
  masterKeys: string;
  databaseUrl: string;
  temporalAddress: string;
  orm: Orm;
  /** The chains themselves, without a provider between. */
  nodeUrl(chainId: ChainId): string;
  providers: ReadonlyMap<ChainId, readonly LyingRpc[]>;
  chains: ReadonlyMap<ChainId, RestartableChain>;
  links: { postgres: TcpLink; temporal: TcpLink };
  mail: ResendDouble;
  /** Postgres has a small disk of its own: that needs the rights to mount one. */
  diskFolder: string | null;
  restarts(): number;
  pid(part: PartName): number | undefined;
  /** A second worker beside the first, until it is stopped. */
  startSecondWorker(): Promise<Running>;
  /** Web and worker say that they are well. */
  isHealthy(): Promise<boolean>;
  stop(): Promise<void>;
}

export interface StackOptions {
  dataDir: string;
  say(line: string): void;
  random(): number;
}

/** Mounts a small disk in memory for Postgres. Null without the rights to. */
const mountSmallDisk = (folder: string): string | null => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m,mode=0700`, 'tmpfs', folder]);
  return status === 0 ? folder : null;
};

const startProviders = async (nodeUrl: (chainId: ChainId) => string) =>
  new Map(
    await Promise.all(
      CHAIN_IDS.map(async (id) => {
        const two = await Promise.all([startLyingRpc(nodeUrl(id)), startLyingRpc(nodeUrl(id))]);
        return [id, two] as const;
      }),
    ),
  );

export const startStack = async ({ dataDir, say, random }: StackOptions): Promise<SystemStack> => {
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  const diskFolder = mountSmallDisk(join(dataDir, 'postgres'));
  let restarts = 0;
  const supervisor = new Supervisor((line) => {
    if (line.endsWith(' runs again')) restarts += 1;
    say(line);
  });
  const undo: (() => Promise<unknown>)[] = [async () => await supervisor.stop()];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
    if (diskFolder) spawnSync('umount', ['--lazy', diskFolder]);
  };
  try {
    const names: PortName[] = ['web', 'temporal', 'temporalUi', 'postgres', 'chain31337', 'chain31338', 'workerHealth'];
    const ports = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await freePort()] as const)),
    ) as Record<PortName, number>;
    const settings = { dataDir, host: '127.0.0.1', ports };
    const bundle = buildWebBundle(say);
    const binary = await temporalCli(say);
    const start = async <T extends Running>(title: string, run: () => Promise<T>): Promise<T> =>
      await supervisor.start({ title, start: run });
    const nodes = new Map(
      CHAIN_IDS.map((id) => [id, restartableChain({ dataDir, chainId: id, port: ports[`chain${id}`] })] as const),
    );
    const [postgres, temporal, ...chains] = await Promise.all([
      start('Postgres', async () => await startPostgres({ dataDir, port: ports.postgres })),
      start('Temporal', async () => await startTemporal({ dataDir, port: ports.temporal, binary })),
      ...[...nodes].map(([chainId, node]) => start(`chain ${chainId}`, async () => await node.start())),
    ]);
    await createShopTables(postgres.ownerUrl);
    await prepareDatabase(postgres.ownerUrl, postgres.applicationUrl);
    await Promise.all(
      chains.map(async ({ rpcUrl }) => {
        await deployLocalContracts({ rpcUrl });
        await rpcCall(rpcUrl, 'anvil_mine', [`0x${BLOCKS_BEFORE_START.toString(16)}`, '0x0']);
      }),
    );
    const nodeUrl = (chainId: ChainId): string => `http://127.0.0.1:${ports[`chain${chainId}`]}`;
    const providers = await startProviders(nodeUrl);
    const links = {
      postgres: await startTcpLink(ports.postgres),
      temporal: await startTcpLink(ports.temporal),
    };
    const mail = await startResendDouble(random);
    const webUrl = `http://127.0.0.1:${ports.web}`;
    const keys = masterKeys(dataDir);
    const demoShop = await seedDemoShop({
      databaseUrl: postgres.ownerUrl,
      masterKeys: keys,
      dataDir,
      receiver: localAccount('merchant').address,
      webhookUrl: `${webUrl}/demo/webhook`,
    });
    const linkedDatabase = new URL(postgres.applicationUrl);
    linkedDatabase.port = String(links.postgres.port);
    const env = {
      ...process.env,
      ...localEnvironment(
        settings,
        {
          databaseUrl: linkedDatabase.href,
          temporalAddress: `127.0.0.1:${links.temporal.port}`,
          temporalNamespace: TEMPORAL_NAMESPACE,
          masterKeys: keys,
          authSecret: authSecret(dataDir),
          rpcUrls: new Map([...providers].map(([id, two]) => [id, two.map(({ url }) => url).join(',')])),
          // One chain announces its heads, the other is polled.
          wsUrls: new Map([[CHAIN_IDS[0], nodeUrl(CHAIN_IDS[0]).replace('http', 'ws')]]),
          demoShop,
        },
        'info',
      ),
      PUBLIC_URL: webUrl,
      TRUSTED_PROXIES: '127.0.0.1',
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Simulation <no-reply@checkout.test>',
      RESEND_API_KEY: 're_simulation',
      RESEND_BASE_URL: mail.url,
    };
    const orm = await openOrm({ databaseUrl: postgres.ownerUrl, poolSize: 4 });
    undo.unshift(
      async () => await Promise.all([...providers.values()].flat().map(async (one) => await one.stop())),
      async () => await Promise.all(Object.values(links).map(async (link) => await link.stop())),
      async () => await mail.close(),
    );
    undo.push(async () => await orm.close());
    await bundle;
    const healthUrls = [`${webUrl}/healthz`, `http://127.0.0.1:${ports.workerHealth}/healthz`] as const;
    const service = (name: string, script: string, healthUrl: string): Part => ({
      title: name,
      start: async () => await startService({ name, dataDir, command: [process.execPath, script], env, healthUrl }),
    });
    await Promise.all([
      supervisor.start(service('web', 'web/server.ts', healthUrls[0])),
      supervisor.start(service('worker', 'worker/main.ts', healthUrls[1])),
    ]);
    return {
      dataDir,
      webUrl,
      masterKeys: keys,
      databaseUrl: postgres.ownerUrl,
      temporalAddress: temporal.address,
      orm,
      nodeUrl,
      providers,
      chains: nodes,
      links,
      mail,
      diskFolder,
      restarts: () => restarts,
      pid: (part) => recordedProcess(dataDir, part)?.pid,
      async startSecondWorker() {
        const port = await freePort();
        return await startService({
          name: 'worker-2',
          dataDir,
          command: [process.execPath, 'worker/main.ts'],
          env: { ...env, WORKER_HEALTH_PORT: String(port) },
          healthUrl: `http://127.0.0.1:${port}/healthz`,
        });
      },
      isHealthy: async () =>
        (
          await Promise.all(
            healthUrls.map(async (url) => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok),
          )
        ).every(Boolean),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
