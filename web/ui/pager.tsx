// Links to newer and older rows. Keyset paging has no page numbers.
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { LinkButton } from './button.tsx';

interface PagerProps {
  /** What is paged, for screen readers: "Orders". */
  label: string;
  /** URLs, or null at that end. */
  newer: string | null;
  older: string | null;
}

export function Pager({ label, newer, older }: PagerProps) {
  if (!newer && !older) return null;
  return (
    <nav aria-label={`Pages of ${label}`} className="flex justify-between gap-2">
      {newer ? (
        <LinkButton to={newer} rel="prev">
          <ChevronLeft size={16} aria-hidden />
          Newer
        </LinkButton>
      ) : (
        <span />
      )}
      {older ? (
        <LinkButton to={older} rel="next">
          Older
          <ChevronRight size={16} aria-hidden />
        </LinkButton>
      ) : null}
    </nav>
  );
}
