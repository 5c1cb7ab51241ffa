// The Postgres and Temporal that all test files share: without fsync or in memory, in a temporary folder that is deleted at the end.
import { rmSync } from 'node:fs';
import { freePort } from '#scripts/lib/ports.ts';
import { startPostgres } from '#scripts/lib/stack/postgres.ts';
import { startTemporal } from '#scripts/lib/stack/temporal.ts';
import { temporalCli } from '#scripts/lib/tools/temporal-cli.ts';
import { newDataFolder } from './data-folder.ts';

/** A worker takes thirty, and a process of the tests opens one or two of them beside servers of its own. */
const CONNECTIONS = 400;

/** The variables that lead test files to the stack. */
export interface TestStackEnv {
  TEST_DATABASE_URL: string;
  TEST_TEMPORAL_ADDRESS: string;
}

export interface TestStack {
  env: TestStackEnv;
  stop(): Promise<void>;
}

/** Starts both and returns when they respond. */
export async function startTestStack(): Promise<TestStack> {
  const dataDir = newDataFolder();
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeFolder); // After a Ctrl-C nobody calls `stop`.
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(started.map(async (part) => await part.stop()));
    removeFolder();
    process.off('exit', removeFolder);
  };
  const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
    started.push(part);
    return part;
  };
  const results = await Promise.allSettled([
    startPostgres({ dataDir, port: await freePort(), durable: false, connections: CONNECTIONS }).then(keep),
    startTemporal({ dataDir, port: await freePort(), persistent: false, binary: await temporalCli() }).then(keep),
  ]);
  const [postgres, temporal] = results;
  if (postgres.status === 'fulfilled' && temporal.status === 'fulfilled') {
    return { env: { TEST_DATABASE_URL: postgres.value.ownerUrl, TEST_TEMPORAL_ADDRESS: temporal.value.address }, stop };
  }
  await stop();
  throw results.find((result) => result.status === 'rejected')?.reason;
}
