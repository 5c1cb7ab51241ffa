// Temporal's server as four processes, one for each service, on Postgres.
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { type TemporalSettings, temporalConnectionOptions } from '#domain/temporal-settings.ts';
import { freePort } from '../lib/ports.ts';
import { mustRun } from '../lib/run.ts';
import type { Running } from '../lib/stack/child.ts';
import { startReadyChild } from '../lib/stack/ready-child.ts';
import type { Part, Supervisor } from '../lib/stack/supervisor.ts';
import type { TemporalCertificates } from '../lib/temporal-certificates.ts';
import type { TemporalServer } from '../lib/tools/temporal-server.ts';
import { waitFor } from '../lib/wait-for.ts';
import {
  type ServicePorts,
  TEMPORAL_DATABASES,
  TEMPORAL_SERVICES,
  type TemporalDatabase,
  type TemporalService,
  temporalConfig,
} from './temporal-config.ts';

const READY_WITHIN_MS = 120_000;
const ALREADY_EXISTS = 6;
/** As docker-compose.yml. */
const RETENTION_SECONDS = 30 * 24 * 3_600;

export interface TemporalOptions {
  dataDir: string;
  programs: TemporalServer;
  certificates: TemporalCertificates;
  database: TemporalDatabase;
}

/** Creates the schemas, or brings them to the version of the server. Safe to repeat. The role may create databases. */
export const prepareTemporalDatabases = async (
  { sqlTool }: TemporalServer,
  { host, port, user, password }: TemporalDatabase,
): Promise<void> => {
  const connection = ['--plugin', 'postgres12', '--endpoint', host, '--port', String(port), '--user', user];
  const tool = async (database: string, ...args: string[]): Promise<void> => {
    // The password is in the environment, where no other user sees it.
    const env = { ...process.env, SQL_PASSWORD: password };
    await mustRun(sqlTool, [...connection, '--database', database, ...args], { env });
  };
  for (const [schema, database] of Object.entries(TEMPORAL_DATABASES)) {
    await tool(database, 'create-database');
    await tool(database, 'setup-schema', '--version', '0.0');
    await tool(database, 'update-schema', '--schema-name', `postgresql/v12/${schema}`);
  }
};

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

const startTemporalService = async (
  name: TemporalService,
  { dataDir, programs }: TemporalOptions,
  port: number,
): Promise<Running> => {
  const folder = join(dataDir, 'temporal');
  const args = ['--root', folder, '--env', 'production', '--allow-no-auth', 'start', '--service', name];
  return await startReadyChild(
    { name: `temporal-${name}`, dataDir, command: [programs.server, ...args], graceMs: 15_000 },
    { title: `Temporal's ${name}`, timeoutMs: READY_WITHIN_MS, isReady: async () => await listens(port) },
  );
};

/** Starts all services. @returns the frontend's address */
export const startTemporalServices = async (
  supervisor: Pick<Supervisor, 'start'>,
  options: TemporalOptions,
): Promise<string> => {
  const ports = {} as Record<TemporalService, ServicePorts>;
  for (const name of TEMPORAL_SERVICES) ports[name] = { grpc: await freePort(), membership: await freePort() };
  const folder = join(options.dataDir, 'temporal', 'config');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const config = temporalConfig({ ports, certificates: options.certificates, database: options.database });
  writeFileSync(join(folder, 'production.yaml'), JSON.stringify(config, null, 2), { mode: 0o600 });
  const part = (name: TemporalService): Part => ({
    title: `Temporal ${name}`,
    // The worker service is a client only: it listens for its neighbours, not for calls.
    start: async () =>
      await startTemporalService(name, options, ports[name][name === 'worker' ? 'membership' : 'grpc']),
  });
  // The first one alone: it writes the cluster's record, and others that write it at the same moment do not start.
  const [first, ...others] = TEMPORAL_SERVICES;
  await supervisor.start(part(first));
  await Promise.all(others.map(async (name) => await supervisor.start(part(name))));
  return `127.0.0.1:${ports.frontend.grpc}`;
};

/** Registers the namespace unless it is there, and returns when it takes work. */
export const prepareNamespace = async (settings: TemporalSettings): Promise<void> => {
  const { namespace } = settings;
  const workflowExecutionRetentionPeriod = { seconds: RETENTION_SECONDS as never };
  const isReady = async (): Promise<boolean> => {
    const connection = await Connection.connect({ ...temporalConnectionOptions(settings), connectTimeout: 5_000 });
    try {
      const { workflowService } = connection;
      await workflowService
        .registerNamespace({ namespace, workflowExecutionRetentionPeriod })
        .catch((error: { code?: number }) => {
          if (error.code !== ALREADY_EXISTS) throw error;
        });
      await workflowService.describeNamespace({ namespace });
      await workflowService.listWorkflowExecutions({ namespace, pageSize: 1 });
      return true;
    } finally {
      await connection.close();
    }
  };
  await waitFor(isReady, { what: `the namespace ${namespace}`, timeoutMs: READY_WITHIN_MS, intervalMs: 500 });
};
