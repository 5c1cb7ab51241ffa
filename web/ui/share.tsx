// A share of a whole, as a bar with the percentage beside it. Where two tables stand side by side, names need the bar's space.
import { percentText } from './percent.ts';

export function Share({ percent }: { percent: number }) {
  return (
    <span className="flex items-center justify-end gap-2">
      <svg
        viewBox="0 0 100 6"
        className="hidden h-1.5 w-16 sm:block lg:hidden 2xl:block"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect width="100" height="6" fill="var(--line)" />
        <rect width={percent} height="6" fill="var(--brand)" />
      </svg>
      <span className="whitespace-nowrap tabular-nums">{percentText(percent)}</span>
    </span>
  );
}
