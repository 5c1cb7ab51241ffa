// The simulator over one database: runs seeds and histories one after another.
import { generate } from './generate.ts';
import type { History } from './operations.ts';
import { type RunResult, runHistory } from './run-seed.ts';
import { shrink } from './shrink.ts';
import { installClock } from './world/clock.ts';
import { openDatabase, prepareDatabase } from './world/database.ts';

export interface Failure {
  history: History;
  result: RunResult;
}

export interface Simulator {
  run(seed: number): Promise<RunResult>;
  runHistory(history: History): Promise<RunResult>;
  /** The smallest history that fails as this seed did. */
  shrink(result: RunResult): Promise<Failure>;
  close(): Promise<void>;
}

/** @param databaseUrl of an empty database, or of one that a simulator used. The clocks of this process are the simulator's until it is closed. */
export const openSimulator = async (databaseUrl: string): Promise<Simulator> => {
  await prepareDatabase(databaseUrl);
  const database = await openDatabase(databaseUrl);
  const clock = installClock();
  const play = (history: History): Promise<RunResult> => runHistory(history, clock, database);
  return {
    run: (seed) => play(generate(seed)),
    runHistory: play,
    shrink: (result) => shrink(generate(result.seed), result, play),
    async close() {
      clock.uninstall();
      await database.close();
    },
  };
};
