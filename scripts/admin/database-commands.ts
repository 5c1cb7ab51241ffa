// `database rejoin`: after a restore that Postgres does not tell of by itself (decision 0094). `database growth`: what is large, and what the
// next pass over old rows takes (decision 0101).
import type { Command } from 'commander';
import { type DueLogs, readDueLogs } from '#db/growth/old-logs.ts';
import { readTableSizes, type TableSize } from '#db/growth/table-sizes.ts';
import { TABLE_GROWTH } from '#db/growth/tables.ts';
import { beginAnotherLife, noteLife } from '#db/restores/database-life.ts';
import { UserError } from '#domain/errors.ts';
import { readRetention } from '#domain/retention.ts';
import { action, type Result, systemEnvironment, withDatabase } from './context.ts';
import { table } from './format.ts';

export const addDatabaseCommands = (program: Command): void => {
  const database = program.command('database').description('the database of the system');
  const rejoin = database
    .command('rejoin')
    .description(
      'bring the database together with Temporal, as after a restore from a backup; only needed when the disk was copied: restores to a point in time and dumps are noticed. Safe at any time',
    )
    .option(
      '--since <time>',
      'the moment that was restored, ISO 8601: refunds that merchants paid after it are searched for',
    );
  action(rejoin, async (options) =>
    withDatabase(systemEnvironment(), async (em) => {
      const { since } = options as { since?: string };
      const lostSince = since === undefined ? null : momentOf(since);
      await beginAnotherLife(em);
      await noteLife(em, lostSince);
      return { json: { rejoins: true }, lines: ['The leading worker does it within seconds: table database_life.'] };
    }),
  );

  const growth = database
    .command('growth')
    .description(
      'how large each table is, what makes it grow, and the old rows that the next passes remove; set the RETENTION_ variables of the worker here too',
    );
  action(growth, async () => {
    const env = systemEnvironment();
    const retention = readRetention(env);
    return await withDatabase(env, async (em) => grown(await readTableSizes(em), await readDueLogs(em, retention)));
  });
};

const momentOf = (text: string): Date => {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime()) || moment.getTime() > Date.now())
    throw new UserError('bad_time', '--since: a past time in ISO 8601, such as 2026-01-31T08:00Z.');
  return moment;
};

const MEGABYTE = 2 ** 20;
const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);

/** Documented in docs/operations/growth.md. */
const grown = (sizes: readonly TableSize[], due: readonly DueLogs[]): Result => ({
  json: {
    tables: sizes.map(({ table: name, rows, deadRows, tableBytes, indexBytes }) => ({
      ...{ table: name, rows, dead_rows: deadRows, table_bytes: tableBytes, index_bytes: indexBytes },
      ...{ grows_with: TABLE_GROWTH[name]?.growsWith ?? null, nature: TABLE_GROWTH[name]?.nature ?? null },
      ends: TABLE_GROWTH[name]?.ends ?? null,
    })),
    due: due.map(({ kind, table: name, setting, days, due: rows, isMore, overdueSeconds }) => ({
      ...{ kind, table: name, setting, days, rows, is_more: isMore, overdue_seconds: Math.round(overdueSeconds) },
    })),
  },
  lines: [
    'Tables, the largest first; rows are estimates',
    '',
    ...table(
      ['table', 'rows', 'dead', 'MB', 'MB of indexes', 'grows with', 'rows end'],
      sizes.map(({ table: name, rows, deadRows, tableBytes, indexBytes }) => [
        ...[name, String(rows), String(deadRows), megabytes(tableBytes), megabytes(indexBytes)],
        ...[TABLE_GROWTH[name]?.growsWith ?? '-', TABLE_GROWTH[name]?.ends ?? 'never'],
      ]),
    ),
    '',
    'Old rows that the next passes remove',
    '',
    ...table(
      ['kind', 'table', 'kept for', 'rows due'],
      due.map(({ kind, table: name, setting, days, due: rows, isMore }) => [
        ...[kind, name, `${days} days (${setting})`, `${rows}${isMore ? ' or more' : ''}`],
      ]),
    ),
  ],
});
