// The first and the last day of a period as text: `2026-11-01 to 2026-11-30`, or the day alone.
export const daysText = ({ from, to }: { from: string; to: string }): string =>
  from === to ? from : `${from} to ${to}`;
