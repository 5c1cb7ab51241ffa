// A whole system as `npm start` runs it, with its own data folder and ports, for quick-start and fault tests.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PublicAddresses } from '#scripts/lib/local-environment.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { isPortFree } from '#scripts/lib/ports.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { fullHashes } from './password-hashes.ts';

const START_WITHIN_MS = 240_000;
const PORTS_NEEDED = 7;

export type PartName = 'web' | 'worker' | 'temporal' | 'postgres' | 'chain-31337' | 'chain-31338';

export interface RunningSystem {
  dataDir: string;
  addresses: PublicAddresses;
  /** The environment of the system's processes, as `npm start` writes it for the operator commands: DATABASE_URL, RPC_URLS_… */
  env: Record<string, string>;
  /** The database with the role that owns its tables, which no process of the system has. */
  ownerUrl: string;
  /** Runs an operator command with --json and parses its output. Rejects with its stderr. */
  admin<T>(...args: readonly string[]): Promise<T>;
  /** The current process of a part. */
  pid(part: PartName): number;
  /** Sends a signal to one part only. */
  signal(part: PartName, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Kills the part with SIGKILL and waits until the supervisor has restarted it. */
  killAndAwaitRestart(part: PartName): Promise<void>;
  /** Sends Ctrl-C and resolves with the exit code. Keeps the data. */
  interrupt(): Promise<number | null>;
  /** Stops the system and deletes its data. */
  dispose(): Promise<void>;
}

export interface SystemToStart {
  /** A new temporary folder when not given. */
  dataDir?: string;
  port?: number;
  /** The folder of the code: this clone, or a release from before. */
  root?: string;
}

/** Starts a system and returns at READY. */
export const startSystem = async (given: SystemToStart = {}): Promise<RunningSystem> => {
  // Its processes check passwords that this one made, and the other way round.
  fullHashes();
  const root = given.root ?? REPOSITORY;
  const dataDir = given.dataDir ?? mkdtempSync(join(tmpdir(), 'checkout-system-'));
  const port = given.port ?? (await freePortRange());
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ready = await waitFor(() => /^READY (\{.*\})$/m.exec(output)?.[1], {
    what: 'READY',
    timeoutMs: START_WITHIN_MS,
    giveUp: () => (child.exitCode === null ? undefined : new Error(`npm start ended: ${output}`)),
  });

  const pid = (part: PartName): number =>
    Number(readFileSync(join(dataDir, 'run', `${part}.pid`), 'utf8').split('\n')[0]);
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    return await exited;
  };
  const env = JSON.parse(readFileSync(join(dataDir, 'run', 'env.json'), 'utf8')) as Record<string, string>;
  const ownerUrl = Object.assign(new URL(String(env.DATABASE_URL)), {
    username: 'checkout',
    password: readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim(),
  }).href;

  return {
    dataDir,
    addresses: JSON.parse(ready) as RunningSystem['addresses'],
    env,
    ownerUrl,
    admin: async (...args) => await admin(root, dataDir, args),
    pid,
    signal: (part, signal) => {
      process.kill(pid(part), signal);
    },
    async killAndAwaitRestart(part) {
      const before = pid(part);
      const restarts = () => (output.match(/ runs again$/gm) ?? []).length;
      const restartsBefore = restarts();
      process.kill(before, 'SIGKILL');
      await waitFor(() => restarts() > restartsBefore && pid(part) !== before, {
        what: `the restart of ${part}`,
        timeoutMs: 120_000,
      });
    },
    interrupt: stop,
    async dispose() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

const run = promisify(execFile);

/** Operator commands must find the system through its data folder, because the tests' environment names another system. */
const admin = async <T>(root: string, dataDir: string, args: readonly string[]): Promise<T> => {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const { stdout } = await run(process.execPath, ['scripts/admin.ts', ...args, '--json'], {
    cwd: root,
    env: { PATH, HOME, NODE_COMPILE_CACHE, DATA_DIR: dataDir, NODE_ENV: 'development' },
  });
  return JSON.parse(stdout) as T;
};

/** Each test process has its own range of ports, enough for three systems, so that parallel files do not pick the same ports. */
const freePortRange = async (): Promise<number> => {
  for (let base = 20_000 + (process.pid % 360) * 30; base < 32_000; base += 10) {
    const ports = Array.from({ length: PORTS_NEEDED }, (_, offset) => base + offset);
    if ((await Promise.all(ports.map((port) => isPortFree(port)))).every(Boolean)) return base;
  }
  throw new Error('no seven free ports in a row');
};
