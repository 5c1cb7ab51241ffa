// The pace of a transport with a rate limit: one row that all workers share, from which each takes the next free turn.
import { type Expression, sql } from 'kysely';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

/** Turns are given no further ahead: a later message waits in Temporal, not in a worker. */
const HORIZON_MS = 10_000;

export type Turn = { granted: true; waitMs: number } | { granted: false; comeBackInMs: number };

/** By the database's clock, which all workers share. */
const inMs = (ms: number) => sql<Date>`clock_timestamp() + make_interval(secs => ${ms / 1000})`;
const later = (instant: Expression<Date>, ms: number) => sql<Date>`greatest(${instant}, ${inMs(ms)})`;
const msUntil = (instant: Expression<Date>) =>
  sql<number>`(extract(epoch from ${instant} - clock_timestamp()) * 1000)::float8`;

/** Takes the next turn. Turns are `intervalMs` apart. */
export const takeTurn = async (em: Em, transport: string, intervalMs: number): Promise<Turn> => {
  const kysely = kyselyOf(em);
  const turn = await kysely
    .insertInto('EmailPace')
    .values({ transport, nextAt: inMs(intervalMs) })
    .onConflict((conflict) =>
      conflict
        .column('transport')
        .doUpdateSet(({ ref }) => ({
          nextAt: sql<Date>`${later(ref('EmailPace.nextAt'), 0)} + make_interval(secs => ${intervalMs / 1000})`,
        }))
        .where(({ eb }) => eb('EmailPace.nextAt', '<', inMs(HORIZON_MS))),
    )
    .returning(({ ref }) => msUntil(ref('EmailPace.nextAt')).as('wait'))
    .executeTakeFirst();
  if (turn) return { granted: true, waitMs: Math.max(turn.wait - intervalMs, 0) };
  const taken = await kysely
    .selectFrom('EmailPace')
    .select(({ ref }) => msUntil(ref('nextAt')).as('wait'))
    .where('transport', '=', transport)
    .executeTakeFirst();
  return { granted: false, comeBackInMs: Math.max((taken?.wait ?? 0) - HORIZON_MS / 2, 1_000) };
};

/** The provider asked for a pause: no turn comes before its end. */
export const holdTurns = async (em: Em, transport: string, pauseMs: number): Promise<void> => {
  await kyselyOf(em)
    .updateTable('EmailPace')
    .set(({ ref }) => ({ nextAt: later(ref('nextAt'), pauseMs) }))
    .where('transport', '=', transport)
    .execute();
};
