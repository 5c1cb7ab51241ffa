// Periodic work runs once for any number of workers. Another worker takes over when the leader stops, fails or loses its connection.
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { silent } from '#test/support/payment-system.ts';
import { type LeaderTasks, startLeaderTasks } from '#worker/leader-tasks.ts';

interface TestWorker {
  runs: number;
  fails: boolean;
  tasks: LeaderTasks;
}

let database: TestDatabase;
let admin: pg.Client;
let workers: TestWorker[] = [];
let running = 0;
let runningAtMost = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
});
afterEach(async () => {
  await Promise.all(workers.map(({ tasks }) => tasks.stop()));
  workers = [];
  runningAtMost = 0;
});
afterAll(async () => {
  await admin?.end();
  await database?.drop();
});

const startWorker = (): TestWorker => {
  const run = async (): Promise<void> => {
    running += 1;
    runningAtMost = Math.max(runningAtMost, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (worker.fails) throw new Error('no network here');
    worker.runs += 1;
  };
  const worker: TestWorker = {
    runs: 0,
    fails: false,
    tasks: startLeaderTasks({
      databaseUrl: database.url,
      logger: silent,
      tasks: [{ name: 'test', intervalMs: 5, run }],
    }),
  };
  workers.push(worker);
  return worker;
};

const untilRuns = (worker: TestWorker, more: number) => {
  const enough = worker.runs + more;
  return waitFor(() => worker.runs >= enough, { what: `${enough} runs`, timeoutMs: 20_000 });
};

describe('the tasks of the leader', () => {
  it('run on one of two workers, and on the other one once the first stops', async () => {
    const first = startWorker();
    await untilRuns(first, 1);
    const second = startWorker();
    await untilRuns(first, 20);
    expect(second.runs).toBe(0);
    expect([first, second].map(({ tasks }) => tasks.isLeader())).toEqual([true, false]);
    await first.tasks.stop();
    const stoppedAt = first.runs;
    await untilRuns(second, 20);
    expect(first.runs).toBe(stoppedAt);
    expect(runningAtMost).toBe(1);
  });

  it('never run twice at once when several workers start together', async () => {
    const started = [startWorker(), startWorker(), startWorker(), startWorker()];
    const total = () => started.reduce((sum, { runs }) => sum + runs, 0);
    await waitFor(() => total() >= 40, { what: '40 runs', timeoutMs: 20_000 });
    expect(started.filter(({ runs }) => runs > 0)).toHaveLength(1);
    expect(runningAtMost).toBe(1);
  });

  it('move to another worker when they fail on the leader', async () => {
    const first = startWorker();
    await untilRuns(first, 1);
    const second = startWorker();
    first.fails = true;
    await untilRuns(second, 1);
  });

  it('continue when the leader loses its connection', async () => {
    const [first, second] = [startWorker(), startWorker()];
    await waitFor(() => first.runs + second.runs > 0, { what: 'a leader', timeoutMs: 20_000 });
    const before = first.runs + second.runs;
    const { rowCount } = await admin.query(
      `select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and granted and datname = current_database()`,
    );
    expect(rowCount).toBe(1);
    await waitFor(() => first.runs + second.runs > before + 20, { what: 'more runs', timeoutMs: 20_000 });
    expect(workers.filter(({ tasks }) => tasks.isLeader())).toHaveLength(1);
  });
});
