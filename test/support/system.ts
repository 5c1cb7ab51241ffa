// The whole system for one test file, exactly as `npm start` runs it, on ports and in a folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePorts } from '#scripts/lib/ports.ts';
import { identityOf, isAlive } from '#scripts/lib/processes.ts';
import { recordedProcess } from '#scripts/lib/stack/child.ts';
import { environmentFile, startSettings } from '#scripts/lib/start-settings.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';

const READY_WITHIN_MS = 240_000;
const PORTS_NEEDED = 7;

export type SystemPart = 'web' | 'worker' | 'temporal' | 'postgres' | 'chain-31337' | 'chain-31338';

export interface System {
  /** The addresses of the READY line. */
  addresses: { web: string; demo_shop: string; temporal_ui: string };
  dataDir: string;
  port: number;
  rpcUrl(chainId: 31337 | 31338): string;
  /** What web and worker run with: DATABASE_URL, TEMPORAL_ADDRESS, … */
  environment(): Record<string, string>;
  /** The part's process now; throws when it does not run. */
  pidOf(part: SystemPart): number;
  /** kill -9, and back when the supervisor has started it again (ready, as at the first start). */
  killAndWait(part: SystemPart): Promise<void>;
  /** All lines that it said. */
  output(): string;
  /** Ctrl-C; the data stays. Resolves to the exit code. */
  stop(): Promise<number | null>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** Starts a new system, or one over the data of a stopped one (`{ dataDir, port }` of that). Resolves at READY. */
export async function startSystem(over?: { dataDir: string; port: number }): Promise<System> {
  const dataDir = over?.dataDir ?? mkdtempSync(join(tmpdir(), 'checkout-system-'));
  const port = over?.port ?? (await freePorts(PORTS_NEEDED));
  const env = { ...process.env, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'info', NODE_ENV: undefined };
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: REPOSITORY,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const exited = exitOf(child);
  const addresses = await waitFor(() => readyLine(output), {
    what: 'the READY line',
    timeoutMs: READY_WITHIN_MS,
    giveUp: () => (child.exitCode === null ? undefined : new Error(`the system ended before READY:\n${output}`)),
  });
  const ports = startSettings({ PORT: String(port) }).ports;
  const stop = async () => {
    child.kill('SIGINT');
    return await exited;
  };
  const pidOf = (part: SystemPart): number => {
    const recorded = recordedProcess(dataDir, part);
    if (!recorded) throw new Error(`${part} does not run`);
    return recorded.pid;
  };
  return {
    addresses,
    dataDir,
    port,
    rpcUrl: (chainId) => `http://127.0.0.1:${ports[`chain${chainId}`]}`,
    environment: () => JSON.parse(readFileSync(environmentFile(dataDir), 'utf8')) as Record<string, string>,
    pidOf,
    async killAndWait(part) {
      const identity = identityOf(pidOf(part));
      const restarts = () => output.split(' runs again\n').length - 1;
      const before = restarts();
      if (identity) process.kill(identity.pid, 'SIGKILL');
      await waitFor(() => identity && !isAlive(identity), { what: `the end of ${part}`, timeoutMs: 10_000 });
      await waitFor(() => restarts() > before, { what: `${part} running again`, timeoutMs: 90_000 });
    },
    output: () => output,
    stop,
    async remove() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function readyLine(output: string): System['addresses'] | undefined {
  const line = output.split('\n').find((each) => each.startsWith('READY ') && each.endsWith('}'));
  return line ? (JSON.parse(line.slice('READY '.length)) as System['addresses']) : undefined;
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => child.once('exit', resolve));
}
