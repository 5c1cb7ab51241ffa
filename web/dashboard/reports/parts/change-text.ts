// How a figure of a report compares with the previous period.

/** As text, not by colour or arrow alone. Refunds, and what is left after them, can be negative: of less than nothing there is no percentage. */
export const changeText = (now: number, before: number): string => {
  if (now === before) return 'as before';
  if (before === 0) return 'nothing before';
  const direction = now > before ? 'up' : 'down';
  if (before < 0) {
    const options = { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'negative' } as const;
    return `${direction} from ${before.toLocaleString('en-US', options)}`;
  }
  const percent = (Math.abs(now - before) / before) * 100;
  return `${direction} ${percent.toLocaleString('en-US', { maximumFractionDigits: 1 })}%`;
};
