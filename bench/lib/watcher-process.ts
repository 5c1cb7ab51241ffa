// Starts a watcher in a process of its own (watch-process.ts), and asks it what it has cost.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface WatchProcessOptions {
  databaseUrl: string;
  chainId: number;
  rpcUrls: readonly string[];
  /** None: it polls. */
  wsUrls: readonly string[];
  /** Instead of the chain's own, for a chain with faster blocks. */
  blockSeconds?: number;
}

export interface WatcherStats {
  calls: number;
  requests: number;
  byMethod: Record<string, number>;
  rssBytes: number;
}

export interface WatcherProcess {
  stats(): Promise<WatcherStats>;
  stop(): Promise<void>;
}

export const startWatcherProcess = (options: WatchProcessOptions): WatcherProcess => {
  const script = fileURLToPath(new URL('watch-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async stats() {
      child.stdin.write('stats\n');
      const { value, done } = await lines.next();
      if (done) throw new Error('the watcher ended');
      return JSON.parse(value) as WatcherStats;
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
};
