// The pace of a transport with a limit, kept by one row for all workers: each takes the next free turn.
import type { Em } from '../orm.ts';

/** Turns are given no further ahead: what comes later waits in Temporal, not in a worker. */
const HORIZON_MS = 10_000;

export type Turn = { granted: true; waitMs: number } | { granted: false; comeBackInMs: number };

/** Takes the next turn, turns being `intervalMs` apart; times by the database's clock. */
export const takeTurn = async (em: Em, transport: string, intervalMs: number): Promise<Turn> => {
  const [turn] = await em.fork().execute<{ wait: number }[]>(
    `insert into email_pace as p (transport, next_at) values (?, clock_timestamp() + make_interval(secs => ?))
     on conflict (transport) do update
       set next_at = greatest(p.next_at, clock_timestamp()) + make_interval(secs => ?)
       where p.next_at < clock_timestamp() + make_interval(secs => ?)
     returning (extract(epoch from next_at - clock_timestamp()) * 1000)::float8 as wait`,
    [transport, intervalMs / 1000, intervalMs / 1000, HORIZON_MS / 1000],
  );
  if (turn) return { granted: true, waitMs: Math.max(turn.wait - intervalMs, 0) };
  const [taken] = await em
    .fork()
    .execute<{ wait: number }[]>(
      'select (extract(epoch from next_at - clock_timestamp()) * 1000)::float8 as wait from email_pace where transport = ?',
      [transport],
    );
  return { granted: false, comeBackInMs: Math.max((taken?.wait ?? 0) - HORIZON_MS / 2, 1_000) };
};

/** The provider wants a pause: nobody's turn comes before it is over. */
export const holdTurns = async (em: Em, transport: string, pauseMs: number): Promise<void> => {
  await em
    .fork()
    .execute(
      `update email_pace set next_at = greatest(next_at, clock_timestamp() + make_interval(secs => ?)) where transport = ?`,
      [pauseMs / 1000, transport],
    );
};
