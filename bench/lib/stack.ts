// The servers of a benchmark: Postgres with fsync, Temporal's development server and local chains, in a temporary data folder.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '#db/migrate.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { type RunningChain, startChain } from '#scripts/lib/stack/chain.ts';
import { startPostgres } from '#scripts/lib/stack/postgres.ts';
import { type RunningTemporal, startTemporal } from '#scripts/lib/stack/temporal.ts';
import { migrateAuth } from '#web/auth/migrate-auth.ts';

export interface BenchStack {
  dataDir: string;
  /** A migrated, empty database. */
  databaseUrl: string;
  /** Its server's process. */
  postgresPid: number;
  /** Starts Temporal at the first call. @returns its address */
  temporal(): Promise<string>;
  /** Temporal's process id, for its processor time. Throws before the start. */
  temporalPid(): number;
  /** A new chain. @param blockTime seconds for each block; without, blocks are mined on demand */
  chain(chainId: number, blockTime?: number): Promise<RunningChain>;
  masterKeys: string;
  stop(): Promise<void>;
}

export const startBenchStack = async (): Promise<BenchStack> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'checkout-bench-'));
  const stops: (() => Promise<void>)[] = [];
  const postgres = await startPostgres({ dataDir, port: await freePort() });
  stops.push(() => postgres.stop());
  await migrate(postgres.ownerUrl);
  await migrateAuth(postgres.ownerUrl);
  let running: RunningTemporal | undefined;
  return {
    dataDir,
    databaseUrl: postgres.ownerUrl,
    postgresPid: postgres.pid,
    masterKeys: `bench:${randomBytes(32).toString('base64')}`,
    async temporal() {
      if (running) return running.address;
      const temporal = await startTemporal({ dataDir, port: await freePort(), persistent: false });
      stops.push(() => temporal.stop());
      running = temporal;
      return temporal.address;
    },
    temporalPid() {
      if (!running) throw new Error('Temporal was not started');
      return running.pid;
    },
    async chain(chainId, blockTime) {
      const port = await freePort();
      const chain = await startChain({ dataDir, chainId, port, blockTime: blockTime ?? 'manual', persistent: false });
      stops.push(() => chain.stop());
      return chain;
    },
    async stop() {
      for (const stop of stops.reverse()) await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
