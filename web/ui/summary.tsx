// The `summary` of a `details` element, with an arrow.
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

export function Summary({ children, className = '' }: { children: ReactNode; className?: string }) {
  return (
    <summary
      className={`flex min-h-11 cursor-pointer list-none items-center gap-2 text-sm font-semibold [&::-webkit-details-marker]:hidden ${className}`}
    >
      <ChevronRight size={16} aria-hidden className="flex-none text-ink-2 [details[open]>summary>&]:rotate-90" />
      {children}
    </summary>
  );
}
