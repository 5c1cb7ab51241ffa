// Starts the production shape on this machine, part by part: Postgres, Temporal's services, chains, the migration, workers, web servers and
// the load balancer.
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { readTemporalSettings } from '#domain/temporal-settings.ts';
import { authSecret, masterKeys } from '../lib/data-folder.ts';
import { freePort } from '../lib/ports.ts';
import { type Progress, step } from '../lib/progress.ts';
import { type RunningChain, startChain } from '../lib/stack/chain.ts';
import { type RunningPostgres, startPostgres } from '../lib/stack/postgres.ts';
import type { Supervisor } from '../lib/stack/supervisor.ts';
import {
  hasTemporalCertificates,
  makeTemporalCertificates,
  type TemporalCertificates,
  temporalCertificatesIn,
} from '../lib/temporal-certificates.ts';
import { temporalServer } from '../lib/tools/temporal-server.ts';
import { startBalancer } from './balancer.ts';
import { type EnvironmentParts, PUBLIC_NAME, publicUrlOn, webEnvironment, workerEnvironment } from './environment.ts';
import type { Launcher } from './launcher.ts';
import { type MailProvider, startMailProvider } from './mail-provider.ts';
import { prepareNamespace, prepareTemporalDatabases, startTemporalServices } from './temporal.ts';
import { TEMPORAL_NAME, TEMPORAL_SERVICES } from './temporal-config.ts';
import { createTemporalRole } from './temporal-role.ts';

const BLOCK_SECONDS = 2;
const CHAIN_IDS = [31337, 31338] as const;
/** As many as the processes below may open, and Temporal's. */
const DATABASE_CONNECTIONS = 300;

export interface ClusterOptions {
  dataDir: string;
  /** Of the load balancer. */
  port: number;
  webs: number;
  workers: number;
  /** How many of them start with the cluster; absent: all. */
  atFirst?: { webs: number; workers: number };
  launcher: Launcher;
  supervisor: Supervisor;
  say: Progress;
  logLevel: string;
}

export interface Cluster {
  publicUrl: string;
  /** The authority that signed the load balancer's certificate: a PEM file, and its text. */
  edgeAuthorityFile: string;
  edgeAuthority: string;
  applicationUrl: string;
  /** Of Postgres as its owner. */
  ownerUrl: string;
  masterKeys: string;
  chains: readonly { chainId: number; rpcUrl: string; wsUrl: string }[];
  mail: MailProvider;
  temporalAddress: string;
  /** Names of the processes by kind, as in logs/ and run/; also of those that do not run yet. */
  kinds: Readonly<Record<string, readonly string[]>>;
  /** Where a server shows its metrics, by its name. */
  metricsUrls: ReadonlyMap<string, string>;
  /** Starts the next of the servers that did not start with the cluster. @returns its name. Throws when there is none */
  startNext(kind: ServerKind): Promise<string>;
}

export type ServerKind = 'web' | 'worker';

export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const { dataDir, launcher } = options;
  const secrets = join(dataDir, 'temporal-certificates');
  const certificates = await certificatesIn(secrets, [TEMPORAL_NAME, '127.0.0.1']);
  const edge = await certificatesIn(join(dataDir, 'edge-certificates'), [PUBLIC_NAME]);
  // Images run as a user of their own. The data folder itself is private.
  chmodSync(secrets, 0o755);
  for (const { key } of Object.values(certificates.clients)) chmodSync(key, 0o644);

  const { postgres, chains } = await startData(options);
  const temporalAddress = await startTemporal(options, postgres, certificates);
  const mail = await startMailProvider();
  const parts: EnvironmentParts = {
    publicUrl: publicUrlOn(options.port),
    applicationUrl: postgres.applicationUrl,
    masterKeys: masterKeys(dataDir),
    authSecret: authSecret(dataDir),
    temporalAddress,
    secretsFolder: launcher.secretsFolder(secrets),
    chains,
    smtpUrl: mail.url,
    logLevel: options.logLevel,
  };
  await prepare(options, postgres, { ...parts, secretsFolder: secrets });
  const kinds = {
    worker: names('worker', options.workers),
    web: names('web', options.webs),
    ...Object.fromEntries(TEMPORAL_SERVICES.map((name) => [`temporal-${name}`, [`temporal-${name}`]])),
    balancer: ['balancer'],
    postgres: ['postgres'],
  };
  const servers = await prepareServers(options, parts, kinds);
  await startServers(options, servers, edge);
  const { publicUrl, applicationUrl } = parts;
  const { ownerUrl } = postgres;
  const trusted = { edgeAuthorityFile: edge.ca, edgeAuthority: readFileSync(edge.ca, 'utf8') };
  return {
    ...{
      publicUrl,
      ...trusted,
      applicationUrl,
      ownerUrl,
      masterKeys: parts.masterKeys,
      chains,
      mail,
      temporalAddress,
      kinds,
    },
    metricsUrls: new Map(servers.map(({ name, metricsUrl }) => [name, metricsUrl])),
    async startNext(kind) {
      const next = servers.find((server) => server.kind === kind && !server.started);
      if (!next) throw new Error(`every ${kind} of the cluster runs`);
      await next.start();
      return next.name;
    },
  };
};

const names = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);

/** Made at the first start. */
const certificatesIn = async (folder: string, hosts: readonly string[]): Promise<TemporalCertificates> =>
  hasTemporalCertificates(folder) ? temporalCertificatesIn(folder) : await makeTemporalCertificates(folder, hosts);

const startData = async ({ dataDir, supervisor, say }: ClusterOptions) => {
  const port = await freePort();
  const startDatabase = async (): Promise<RunningPostgres> =>
    await startPostgres({ dataDir, port, connections: DATABASE_CONNECTIONS });
  const startNode = async (chainId: number): Promise<RunningChain> => {
    const nodePort = await freePort();
    const node = { dataDir, chainId, port: nodePort, blockTime: BLOCK_SECONDS, onLine: say };
    return await supervisor.start({ title: `chain-${chainId}`, start: async () => await startChain(node) });
  };
  return await step(say, 'starting Postgres and two local chains', async () => {
    const [postgres, ...chains] = await Promise.all([
      supervisor.start({ title: 'postgres', start: startDatabase }),
      ...CHAIN_IDS.map(startNode),
    ]);
    return { postgres, chains };
  });
};

const startTemporal = async (
  { dataDir, supervisor, say }: ClusterOptions,
  { ownerUrl }: RunningPostgres,
  certificates: TemporalCertificates,
): Promise<string> => {
  const programs = await temporalServer(say);
  return await step(say, "starting Temporal's four services", async () => {
    const database = await createTemporalRole(ownerUrl, dataDir);
    await prepareTemporalDatabases(programs, database);
    return await startTemporalServices(supervisor, { dataDir, programs, certificates, database });
  });
};

/** What a deployment does before its servers start: the namespace, the migration as the owner, and the contracts. */
const prepare = async ({ launcher, say }: ClusterOptions, postgres: RunningPostgres, parts: EnvironmentParts) => {
  const temporal = readTemporalSettings(workerEnvironment(parts, 0), (path) => readFileSync(path));
  const { ownerUrl, applicationUrl } = postgres;
  const migrate = { DATABASE_URL: ownerUrl, APPLICATION_DATABASE_URL: applicationUrl };
  await step(say, 'registering the namespace, migrating the database and deploying the contracts', async () => {
    await Promise.all([
      prepareNamespace(temporal),
      launcher.migrate({ NODE_ENV: 'production', ...migrate }),
      ...parts.chains.map(async ({ rpcUrl }) => await deployLocalContracts({ rpcUrl })),
    ]);
  });
};

interface Server {
  kind: ServerKind;
  name: string;
  port: number;
  metricsUrl: string;
  started: boolean;
  start(): Promise<void>;
}

/** Their ports are chosen before any of them starts: the load balancer knows all web servers. */
const prepareServers = async (
  { dataDir, launcher, supervisor }: ClusterOptions,
  parts: EnvironmentParts,
  kinds: Readonly<Record<ServerKind, readonly string[]>>,
): Promise<Server[]> => {
  const prepare = async (kind: ServerKind, name: string): Promise<Server> => {
    const port = await freePort();
    const metricsPort = kind === 'web' ? await freePort() : port;
    const env = kind === 'web' ? webEnvironment(parts, port, metricsPort) : workerEnvironment(parts, port);
    const launch = { name, dataDir, env, healthUrl: `http://127.0.0.1:${port}/healthz` };
    const server: Server = {
      ...{ kind, name, port, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`, started: false },
      async start() {
        server.started = true;
        await supervisor.start({ title: name, start: async () => await launcher.start(kind, launch) });
      },
    };
    return server;
  };
  const servers: Server[] = [];
  for (const kind of ['worker', 'web'] as const) {
    for (const name of kinds[kind]) servers.push(await prepare(kind, name));
  }
  return servers;
};

const startServers = async (
  { dataDir, port, webs, workers, atFirst = { webs, workers }, supervisor, say }: ClusterOptions,
  servers: readonly Server[],
  certificates: TemporalCertificates,
): Promise<void> => {
  const ofKind = (kind: ServerKind): Server[] => servers.filter((server) => server.kind === kind);
  const first = [...ofKind('worker').slice(0, atFirst.workers), ...ofKind('web').slice(0, atFirst.webs)];
  await step(say, `starting ${first.map(({ name }) => name).join(', ')}`, async () => {
    // All at once, as compose does.
    await Promise.all(first.map(async (server) => await server.start()));
  });
  const webPorts = ofKind('web').map((server) => server.port);
  const balancer = { dataDir, port, webPorts, certificates, publicUrl: publicUrlOn(port) };
  await step(say, 'starting the load balancer', async () => {
    await supervisor.start({ title: 'balancer', start: async () => await startBalancer(balancer) });
  });
};
