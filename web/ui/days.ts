// Calendar days, months and spans for reading, as times are written: `30 Nov 2026`. In URLs and file names days stay `2026-11-30`.

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const partsOf = (period: string): { year: string; month: string; day: string | null } => {
  const [year = '', month = '', day] = period.split('-');
  return { year, month: MONTHS[Number(month) - 1] ?? month, day: day === undefined ? null : String(Number(day)) };
};

/** `2026-11-02` as `2 Nov 2026`, and the month `2026-11` as `Nov 2026`. */
export const dayText = (period: string): string => {
  const { year, month, day } = partsOf(period);
  return day === null ? `${month} ${year}` : `${day} ${month} ${year}`;
};

/** Without the year, for the axis of a chart: `2 Nov`; of a month `Nov 2026`. */
export const dayTick = (period: string): string => {
  const { month, day } = partsOf(period);
  return day === null ? dayText(period) : `${day} ${month}`;
};

/** The first and the last day: `1–30 Nov 2026`, `2 Oct – 1 Nov 2026`, `12 Dec 2025 – 10 Jan 2026`; one day alone. */
export const daysText = ({ from, to }: { from: string; to: string }): string => {
  if (from === to) return dayText(from);
  const [first, last] = [partsOf(from), partsOf(to)];
  if (first.year !== last.year) return `${dayText(from)} – ${dayText(to)}`;
  if (first.month !== last.month) return `${dayTick(from)} – ${dayText(to)}`;
  return `${first.day}–${dayText(to)}`;
};
