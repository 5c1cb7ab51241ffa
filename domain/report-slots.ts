// The slots of a report's chart: the hours of a day or the days of a month, in the store's time zone. They partition the period, also
// on days of a clock change, so their sums are the period's.
import { Temporal } from 'temporal-polyfill';
import type { ReportKind } from './report-periods.ts';

export interface ReportSlot {
  startsAt: Date;
  /** Exclusive: where the next one begins. */
  endsAt: Date;
  /** What the clock or the calendar shows at its beginning: `01:00`, or `2026-11-01`; where a period shows it twice, with the offset. */
  label: string;
  /** Equal for corresponding slots of two periods: the hour (the second 01:00 differs), or the day of the month. */
  place: string;
}

export interface SlotPeriod {
  kind: ReportKind;
  startsAt: Date;
  /** Exclusive. */
  endsAt: Date;
}

type Zoned = Temporal.ZonedDateTime;

/** Every zone changes its offset on quarters of an hour only. */
const QUARTER = { minutes: 15 } as const;

/** The next full hour, or the moment at which the clock is changed: a change by half an hour is a slot's end, too. */
const nextHour = (from: Zoned): Zoned => {
  const full = from.add({ minutes: 60 - from.minute });
  if (full.offset === from.offset) return full;
  for (let at = from.add(QUARTER); ; at = at.add(QUARTER)) if (at.minute === 0 || at.offset !== from.offset) return at;
};

/** The start of the next day. A day that a zone leaves out has none of its own: its start is that of the one after. */
const nextDay = (from: Zoned): Zoned => {
  for (let day = from.toPlainDate().add({ days: 1 }); ; day = day.add({ days: 1 })) {
    const start = day.toZonedDateTime(from.timeZoneId);
    if (start.epochMilliseconds > from.epochMilliseconds) return start;
  }
};

const clockOf = (at: Zoned): string => at.toPlainTime().toString({ smallestUnit: 'minute' });

/** @param zone IANA name */
export const reportSlots = ({ kind, startsAt, endsAt }: SlotPeriod, zone: string): ReportSlot[] => {
  const end = endsAt.getTime();
  const starts: Zoned[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(startsAt.getTime()).toZonedDateTimeISO(zone);
  while (at.epochMilliseconds < end) {
    starts.push(at);
    at = kind === 'daily' ? nextHour(at) : nextDay(at);
  }
  // More than one date has a day's report only after a change of the store's zone.
  const isOfOneDate = new Set(starts.map((start) => start.toPlainDate().toString())).size === 1;
  const nameOf = (start: Zoned): string => {
    if (kind === 'monthly') return start.toPlainDate().toString();
    return isOfOneDate ? clockOf(start) : `${start.toPlainDate()} ${clockOf(start)}`;
  };
  const names = starts.map(nameOf);
  return starts.map((start, index) => {
    const name = names[index] ?? '';
    const turn = names.slice(0, index).filter((other) => other === name).length;
    const isRepeated = names.filter((other) => other === name).length > 1;
    const hourOrDay = kind === 'daily' ? name : String(start.day).padStart(2, '0');
    return {
      startsAt: new Date(start.epochMilliseconds),
      endsAt: new Date(starts[index + 1]?.epochMilliseconds ?? end),
      label: isRepeated ? `${name} ${start.offset}` : name,
      place: turn === 0 ? hourOrDay : `${hourOrDay} #${turn + 1}`,
    };
  });
};
