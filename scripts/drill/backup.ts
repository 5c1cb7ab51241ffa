// A base backup of a running Postgres, and its restore beside it to a point in time. By `pg_basebackup`, as docs/runbook.md says, where one
// is installed that knows the server's version; the packaged server comes without that program. Elsewhere by the functions that Postgres
// documents for this (https://www.postgresql.org/docs/current/continuous-archiving.html, "low level API").
import { chownSync, copyFileSync, lstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import pg from 'pg';
import { freePort } from '../lib/ports.ts';
import { mustRun, run } from '../lib/run.ts';
import { postgresFolders, type RunningPostgres, startPostgres } from '../lib/stack/postgres.ts';
import { onPath } from '../lib/tools/on-path.ts';
import { waitFor } from '../lib/wait-for.ts';

const ARCHIVED_WITHIN_MS = 120_000;
const PROMOTED_WITHIN_MS = 300_000;
/** Folders whose content a server makes anew, and files of the server that runs. */
const EMPTIED = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
];
const LEFT_OUT = ['postmaster.pid', 'postmaster.opts'];

/** Runs `work` on a connection of its own. */
export const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // The query that fails reports it.
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
};

/** Copies what is there. A file may go while it is copied: the log has what happened to it. */
const copyTree = (from: string, to: string, root = from): void => {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    const path = relative(root, source);
    if (LEFT_OUT.includes(path)) continue;
    try {
      if (!lstatSync(source).isDirectory()) copyFileSync(source, target);
      else if (EMPTIED.includes(path)) mkdirSync(target, { mode: 0o700 });
      else copyTree(source, target, root);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
};

/** Gives a tree to the user that runs the server. */
const giveTo = (path: string, uid: number, gid: number): void => {
  chownSync(path, uid, gid);
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) giveTo(join(path, name), uid, gid);
};

/** How a base backup was taken. */
export type BackupMethod = 'pg_basebackup' | 'low level';

/** The program, if there is one on the PATH that can back this server up: it refuses servers that are newer than itself. */
const baseBackupProgram = async (client: pg.Client): Promise<string | undefined> => {
  const program = onPath('pg_basebackup');
  if (!program) return undefined;
  const { stdout } = await run(program, ['--version']);
  const { rows } = await client.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  );
  return Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1] ?? 0) >= (rows[0]?.major ?? Infinity) ? program : undefined;
};

/** The command of docs/runbook.md. The password is in the environment, where no other user sees it. */
const backUpByProgram = async (program: string, ownerUrl: string, to: string): Promise<void> => {
  const url = new URL(ownerUrl);
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(url.password) };
  url.password = '';
  const how = ['--checkpoint', 'fast', '--wal-method', 'stream'];
  await mustRun(program, ['--dbname', url.href, '--pgdata', to, ...how], { env });
};

/** Copies the server's files to `to` while it runs. The log from here on must be archived. @param ownerUrl a superuser */
export const takeBaseBackup = async (ownerUrl: string, dataDir: string, to: string): Promise<BackupMethod> =>
  await withClient(ownerUrl, async (client) => {
    const program = await baseBackupProgram(client);
    if (program) {
      await backUpByProgram(program, ownerUrl, to);
      return 'pg_basebackup';
    }
    await backUpByHand(client, dataDir, to);
    return 'low level';
  });

/** Begin and end on one connection: Postgres ties the backup to it. */
const backUpByHand = async (client: pg.Client, dataDir: string, to: string): Promise<void> => {
  await client.query("select pg_backup_start('drill', fast => true)");
  copyTree(postgresFolders(dataDir).cluster, to);
  mkdirSync(join(to, 'pg_wal', 'archive_status'), { recursive: true, mode: 0o700 });
  const { rows } = await client.query<{ labelfile: string; spcmapfile: string }>(
    'select labelfile, spcmapfile from pg_backup_stop(wait_for_archive => true)',
  );
  const { labelfile = '', spcmapfile = '' } = rows[0] ?? {};
  writeFileSync(join(to, 'backup_label'), labelfile, { mode: 0o600 });
  if (spcmapfile.trim() !== '') writeFileSync(join(to, 'tablespace_map'), spcmapfile, { mode: 0o600 });
};

/** Returns when everything up to now is in the archive. */
export const archiveNow = async (ownerUrl: string): Promise<void> =>
  await withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ segment: string }>('select pg_walfile_name(pg_switch_wal()) as segment');
    const segment = rows[0]?.segment ?? '';
    await waitFor(
      async () => {
        const archived = await client.query<{ is: boolean }>(
          'select last_archived_wal >= $1 as is from pg_stat_archiver',
          [segment],
        );
        return archived.rows[0]?.is === true;
      },
      { what: `segment ${segment} in the archive`, timeoutMs: ARCHIVED_WITHIN_MS, intervalMs: 100 },
    );
  });

export interface RestoreOptions {
  /** The folder of `takeBaseBackup`. */
  backup: string;
  /** The data folder of the server that made it: its archive, and the passwords of its roles. */
  from: string;
  /** A new data folder. */
  dataDir: string;
  /** As Postgres writes a time. The last transaction that committed before it is the last one there. */
  until: string;
}

/** Restores beside the running server, into a new folder and on a new port. Returns when the server takes writes. */
export const restoreBeside = async ({ backup, from, dataDir, until }: RestoreOptions): Promise<RunningPostgres> => {
  const { cluster } = postgresFolders(dataDir);
  mkdirSync(join(dataDir, 'postgres'), { recursive: true, mode: 0o700 });
  copyTree(backup, cluster);
  mkdirSync(join(cluster, 'pg_wal', 'archive_status'), { recursive: true, mode: 0o700 });
  for (const name of ['postgres-password', 'postgres-application-password'])
    copyFileSync(join(from, name), join(dataDir, name));
  writeFileSync(join(cluster, 'recovery.signal'), '', { mode: 0o600 });
  writeFileSync(
    join(cluster, 'postgresql.auto.conf'),
    [
      `restore_command = 'cp "${postgresFolders(from).archive}/%f" "%p"'`,
      `recovery_target_time = '${until}'`,
      "recovery_target_action = 'promote'",
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  const { uid, gid } = statSync(postgresFolders(from).cluster);
  giveTo(join(dataDir, 'postgres'), uid, gid);
  const postgres = await startPostgres({ dataDir, port: await freePort() });
  await waitFor(
    async () =>
      await withClient(postgres.ownerUrl, async (client) => {
        const { rows } = await client.query<{ is: boolean }>('select pg_is_in_recovery() as is');
        return rows[0]?.is === false;
      }),
    {
      what: 'the end of the recovery',
      timeoutMs: PROMOTED_WITHIN_MS,
      intervalMs: 100,
      giveUp: () => undefined,
    },
  );
  return postgres;
};
