// Links to newer and older rows. Keyset paging has no page numbers.
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { LinkButton } from './button.tsx';

interface PagerProps {
  /** What is paged, for screen readers: "Orders". */
  label: string;
  /** URLs, or null at that end. */
  newer: string | null;
  older: string | null;
  /** The list begins with the oldest row. */
  oldestFirst?: boolean;
}

export function Pager({ label, newer, older, oldestFirst = false }: PagerProps) {
  if (!newer && !older) return null;
  if (oldestFirst) return <Pages label={label} back={older} backLabel="Older" on={newer} onLabel="Newer" />;
  return <Pages label={label} back={newer} backLabel="Newer" on={older} onLabel="Older" />;
}

interface PagesProps {
  label: string;
  back: string | null;
  backLabel: string;
  on: string | null;
  onLabel: string;
}

function Pages({ label, back, backLabel, on, onLabel }: PagesProps) {
  return (
    <nav aria-label={`Pages of ${label}`} className="flex justify-between gap-2">
      {back ? (
        <LinkButton to={back} rel="prev">
          <ChevronLeft size={16} aria-hidden />
          {backLabel}
        </LinkButton>
      ) : (
        <span />
      )}
      {on ? (
        <LinkButton to={on} rel="next">
          {onLabel}
          <ChevronRight size={16} aria-hidden />
        </LinkButton>
      ) : null}
    </nav>
  );
}
