// `database rejoin`: after a restore that Postgres does not tell of by itself (decision 0094).
import type { Command } from 'commander';
import { beginAnotherLife } from '#db/restores/database-life.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';

export const addDatabaseCommands = (program: Command): void => {
  const database = program.command('database').description('the database of the system');
  const rejoin = database
    .command('rejoin')
    .description(
      'bring the database together with Temporal, as after a restore from a backup; only needed when the disk was copied: restores to a point in time and dumps are noticed. Safe at any time',
    );
  action(rejoin, async () =>
    withDatabase(systemEnvironment(), async (em) => {
      await beginAnotherLife(em);
      return { json: { rejoins: true }, lines: ['The leading worker does it within seconds: table database_life.'] };
    }),
  );
};
