// The store's days, as its reports have them: one after another, by the periods' own rule.
import { readReportFigures } from '#db/reports/report-figures.ts';
import { nextPeriod, type ReportedPeriod, type ReportPeriod } from '#domain/report-periods.ts';
import type { World } from './world.ts';

/** As the sweep of the reports: a transaction may still be committing. */
const CLOSING_MS = 60_000;

export interface Day {
  period: ReportPeriod;
  figures: Awaited<ReturnType<typeof readReportFigures>>;
}

const zoneOf = async ({ database, store }: World): Promise<string> =>
  (await database.rows<{ zone: string }>('select time_zone as zone from store where id = $1', [store.storeId]))[0]
    ?.zone ?? 'UTC';

/** All days that have ended, and their figures. */
export const daysOf = async (world: World): Promise<Day[]> => {
  const zone = await zoneOf(world);
  const closed = new Date(world.clock.now() - CLOSING_MS);
  const days: Day[] = [];
  let last: ReportedPeriod | null = null;
  for (;;) {
    const period: ReportPeriod | null = nextPeriod('daily', zone, world.store.createdAt, last, closed);
    if (!period) return days;
    const { orm } = world.database;
    const figures = await readReportFigures(orm.em.fork(), world.store.storeId, period.startsAt, period.endsAt);
    days.push({ period, figures });
    last = period;
  }
};

/** What of a day never changes: what was paid. Statuses of orders may. */
export const fixedFigures = ({ period, figures: { byStatus: _, orders: __, ...money } }: Day): [string, string] => [
  `${period.startsAt.toISOString()} to ${period.endsAt.toISOString()}`,
  JSON.stringify(money, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
];

/** Reads the figures of the days that have ended, to be compared at the end. */
export const readDays = async (world: World): Promise<void> => {
  for (const day of await daysOf(world)) {
    const [name, figures] = fixedFigures(day);
    if (!world.reported.has(name)) world.reported.set(name, figures);
  }
};
