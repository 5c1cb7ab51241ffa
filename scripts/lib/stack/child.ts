// A long-lived process of the local stack, in its own process group. Its output is in DATA_DIR/logs/NAME.log. Its id is in
// DATA_DIR/run/NAME.pid, so that the next start can end it after its supervisor was killed.
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { endProcess, identityOf, isAlive, type ProcessIdentity, signal } from '../processes.ts';
import { SetupError } from '../setup-error.ts';

const KEEP_LOG_BYTES = 20_000_000;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A running process of the stack. */
export interface Running {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has ended, for any reason. */
  readonly exited: Promise<Exit>;
  /** Ends it with its stop signal, kills it after the grace time, and returns when it has ended. */
  stop(): Promise<void>;
}

export interface ChildSpec {
  /** Names the log and the pid file. */
  name: string;
  dataDir: string;
  command: readonly [string, ...string[]];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** The signal that ends it, and the time before it is killed. */
  stopSignal?: NodeJS.Signals;
  graceMs?: number;
  /** True when the command sets its own death signal. */
  guarded?: boolean;
}

export interface Child extends Running {
  /** Undefined while it runs. */
  exit(): Exit | undefined;
  /** The last lines of output since this start, for error messages. */
  lastLines(): string;
}

/** All running children, including those whose start has not finished: a shutdown must end them too. */
const living = new Set<Child>();

/** Ends all running children, including those that are still starting. */
export async function stopAllChildren(): Promise<void> {
  await Promise.all([...living].map(async (child) => await child.stop()));
}

/** Kills all running children at once. */
export function killAllChildren(): void {
  for (const child of living) signal(child.pid, 'SIGKILL');
}

export function pidFileOf(dataDir: string, name: string): string {
  return join(dataDir, 'run', `${name}.pid`);
}

/** The process that a pid file names, if that same process still runs. */
export function recordedProcess(dataDir: string, name: string): ProcessIdentity | undefined {
  try {
    const [pid, startTime] = readFileSync(pidFileOf(dataDir, name), 'utf8').trim().split('\n');
    const identity = { pid: Number(pid), startTime: startTime ?? '' };
    return isAlive(identity) ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Ends the process of this name that an earlier supervisor left running. */
export async function endLeftover(dataDir: string, name: string, graceMs = 3_000): Promise<void> {
  const left = recordedProcess(dataDir, name);
  if (left) await endProcess(left, graceMs);
  rmSync(pidFileOf(dataDir, name), { force: true });
}

/**
 * `setpriv`: on Linux it makes the kernel kill the child when this process dies. Other systems rely on the pid file. It replaces
 * itself by the command, so the process id stays the same.
 */
export function setprivPath(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
}

export async function startChild(spec: ChildSpec): Promise<Child> {
  await endLeftover(spec.dataDir, spec.name);
  mkdirSync(join(spec.dataDir, 'run'), { recursive: true });
  mkdirSync(join(spec.dataDir, 'logs'), { recursive: true });
  const logFile = join(spec.dataDir, 'logs', `${spec.name}.log`);
  const oldSize = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (oldSize > KEEP_LOG_BYTES) renameSync(logFile, `${logFile}.1`);
  const logStart = oldSize > KEEP_LOG_BYTES ? 0 : oldSize;

  const setpriv = setprivPath();
  const guard = setpriv && !spec.guarded ? [setpriv, '--pdeathsig', 'KILL'] : [];
  const [file, ...args] = [...guard, ...spec.command] as [string, ...string[]];
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', log, log],
    ...(spec.cwd ? { cwd: spec.cwd } : {}),
    ...(spec.env ? { env: spec.env } : {}),
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new SetupError(`${spec.name} could not be started: ${cause.message}`, { cause })),
    );
  });
  const pid = child.pid as number;
  const identity = identityOf(pid);
  const pidFile = pidFileOf(spec.dataDir, spec.name);
  if (identity) writeFileSync(pidFile, `${identity.pid}\n${identity.startTime}\n`);

  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    const onExit = (code: number | null, by: NodeJS.Signals | null) => {
      exit = { code, signal: by };
      if (identity && readFirstLine(pidFile) === String(pid)) rmSync(pidFile, { force: true });
      resolve(exit);
    };
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
    else child.once('exit', onExit);
  });

  const running: Child = {
    name: spec.name,
    pid,
    exited,
    exit: () => exit,
    lastLines: () => readFileSync(logFile).subarray(logStart).toString('utf8').trim().split('\n').slice(-8).join('\n'),
    async stop() {
      if (exit || !identity) return;
      await endProcess(identity, spec.graceMs ?? 10_000, spec.stopSignal ?? 'SIGTERM');
      await exited;
    },
  };
  living.add(running);
  void exited.then(() => living.delete(running));
  return running;
}

function readFirstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n')[0];
  } catch {
    return undefined;
  }
}

/** "exit code 3" or "SIGKILL", for messages. */
export function describeExit({ code, signal }: Exit): string {
  return signal ?? `exit code ${code}`;
}
