// The local Postgres: the packaged binaries over a data folder that survives restarts and kill -9.
import { chownSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { rolePassword } from '../data-folder.ts';
import { endProcess, processesWorkingIn, signal } from '../processes.ts';
import { mustRun } from '../run.ts';
import { SetupError } from '../setup-error.ts';
import { postgresBinaries } from '../tools/packaged-binaries.ts';
import { waitFor } from '../wait-for.ts';
import { type Child, describeExit, type Running, startChild } from './child.ts';
import { type PostgresUser, preparePostgresUser } from './postgres-user.ts';

const OWNER_ROLE = 'checkout';
const OWNER_PASSWORD = 'postgres-password';
const APPLICATION_ROLE = 'checkout_app';
const DATABASE = 'checkout';
const READY_WITHIN_MS = 60_000;

export interface PostgresOptions {
  /** The data goes to `dataDir/postgres`. */
  dataDir: string;
  port: number;
  /** False (tests only): no fsync, and passwords that are cheap to check. A crash of the machine may lose all data; a kill -9 of Postgres loses none. */
  durable?: boolean;
  /** The most connections at once; default 200. */
  connections?: number;
  /** Copies each finished segment of the log to `dataDir/postgres/archive`, for a restore to a point in time. */
  archives?: boolean;
}

export interface RunningPostgres extends Running {
  /** URL of the database `checkout` with the role that owns it and may do everything: it migrates. */
  ownerUrl: string;
  /** The same database with the role of web and worker. It can log in after scripts/lib/prepare-database.ts. */
  applicationUrl: string;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  jit: 'off', // Costs more time than it saves on short queries.
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %d ',
};

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
/** A client repeats its password's hash so often at each connection, and the tests open thousands. */
const CHEAP_PASSWORDS = { scram_iterations: '1' };

/** Starts Postgres on 127.0.0.1 and returns when it responds. The caller holds the data folder. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { dataDir, port, durable = true, connections, archives = false } = options;
  const binaries = postgresBinaries();
  const home = join(dataDir, 'postgres');
  const user = preparePostgresUser(home, binaries.postgres, 'SIGINT');
  const cluster = join(realpathSync(home), 'cluster');
  const password = rolePassword(dataDir, OWNER_PASSWORD);
  if (!existsSync(cluster)) {
    await initialise(binaries.initdb, user, home, cluster, password, durable ? {} : CHEAP_PASSWORDS);
  }
  await endLeftovers(cluster);

  const more = connections === undefined ? {} : { max_connections: String(connections) };
  const archive = archives ? archiveIn(home, user) : {};
  const settings = {
    ...SETTINGS,
    ...(durable ? {} : { ...NOT_DURABLE, ...CHEAP_PASSWORDS }),
    ...more,
    ...archive,
    port: String(port),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [...user.prefix, binaries.postgres, '-D', cluster, ...flags] as [string, ...string[]];
  const address = (database: string) => `postgres://${OWNER_ROLE}:${password}@127.0.0.1:${port}/${database}`;
  const applicationPassword = rolePassword(dataDir, 'postgres-application-password');
  const child = await untilReady(
    // SIGINT is the fast shutdown: rolls back open transactions. SIGTERM would wait for all clients to disconnect.
    async () =>
      await startChild({
        name: 'postgres',
        dataDir,
        command,
        cwd: '/',
        guarded: true,
        stopSignal: 'SIGINT',
        graceMs: 20_000,
      }),
    address('postgres'),
    cluster,
  );
  await createDatabase(address('postgres'));
  return {
    name: child.name,
    pid: child.pid,
    exited: child.exited,
    ownerUrl: address(DATABASE),
    applicationUrl: `postgres://${APPLICATION_ROLE}:${applicationPassword}@127.0.0.1:${port}/${DATABASE}`,
    stop: child.stop,
  };
}

/** The owner's URL of a running local database. @param applicationUrl the URL that the running system uses @param dataDir its data folder */
export const localOwnerUrl = (applicationUrl: string, dataDir: string): string => {
  const url = new URL(applicationUrl);
  url.username = OWNER_ROLE;
  url.password = rolePassword(dataDir, OWNER_PASSWORD);
  return url.href;
};

/** Where the files of a server are, below the data folder. */
export const postgresFolders = (dataDir: string): { cluster: string; archive: string } => ({
  cluster: join(dataDir, 'postgres', 'cluster'),
  archive: join(dataDir, 'postgres', 'archive'),
});

/** A segment is there whole or not at all, and is never written over. */
function archiveIn(home: string, user: PostgresUser): Record<string, string> {
  const folder = join(realpathSync(home), 'archive');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chownSync(folder, user.uid, user.gid);
  const command = `test ! -f '${folder}/%f' && cp '%p' '${folder}/%f.part' && mv '${folder}/%f.part' '${folder}/%f'`;
  return { archive_mode: 'on', archive_command: command };
}

/** Initialises another folder and renames it when complete. After a kill in between, the next start repeats it. */
async function initialise(
  initdb: string,
  user: PostgresUser,
  home: string,
  cluster: string,
  password: string,
  settings: Record<string, string>,
): Promise<void> {
  const unfinished = `${cluster}.new`;
  const passwordFile = join(home, 'initial-password');
  rmSync(unfinished, { recursive: true, force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  chownSync(passwordFile, user.uid, user.gid);
  const [file = initdb, ...args] = [
    ...user.prefix,
    initdb,
    `--pgdata=${unfinished}`,
    `--username=${OWNER_ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The built-in provider sorts and folds case the same way on every machine.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...Object.entries(settings).map(([name, value]) => `--set=${name}=${value}`),
  ];
  try {
    await mustRun(file, args, { cwd: '/' });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, cluster);
}

/**
 * Ends processes that still use the data folder: a server whose supervisor was killed, or the children of a killed server. The
 * children end by themselves after a while, but the new server does not start before.
 */
async function endLeftovers(cluster: string): Promise<void> {
  for (const left of processesWorkingIn(cluster)) signal(left.pid, 'SIGINT');
  await Promise.all(processesWorkingIn(cluster).map(async (left) => await endProcess(left, 5_000, 'SIGINT')));
}

/** Starts the server until it responds. Without /proc, it retries until the children of a killed server have ended. */
async function untilReady(start: () => Promise<Child>, url: string, cluster: string): Promise<Child> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const child = await start();
    const responses = waitFor(async () => await isReady(url), {
      what: 'Postgres',
      intervalMs: 100,
      timeoutMs: Math.max(1_000, deadline - performance.now()),
      giveUp: () => (child.exit() ? new SetupError(`Postgres ended at once: ${child.lastLines()}`) : undefined),
    });
    try {
      await responses;
      return child;
    } catch (error) {
      const exit = child.exit();
      await child.stop();
      const blocked = /pre-existing shared memory block|lock file .* already exists/.test(child.lastLines());
      if (!exit || !blocked || performance.now() > deadline) {
        throw new SetupError(
          `Postgres does not start${exit ? ` (${describeExit(exit)})` : ''}:\n${child.lastLines()}`,
          { cause: error },
        );
      }
      await endLeftovers(cluster);
      await delay(200);
    }
  }
}

async function isReady(url: string): Promise<boolean> {
  return await withClient(url, async (client) => (await client.query('select 1')).rowCount === 1);
}

async function createDatabase(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  });
}

/** Runs `work` on a new connection. */
async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // The failed query reports it already.
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
