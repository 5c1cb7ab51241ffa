// Says which parts of a list's URL have no effect, with a link without them.
import { Link } from '@remix-run/react';
import { Notice } from './notice.tsx';
import type { UnknownParts } from './unknown-parts.ts';

interface UnknownNoticeProps {
  unknown: UnknownParts | null;
  /** The list's URL without a query. */
  base: string;
  /** What the list has: `orders`. */
  rows: string;
}

export function UnknownNotice({ unknown, base, rows }: UnknownNoticeProps) {
  if (!unknown) return null;
  const { parts, query } = unknown;
  const names = new Intl.ListFormat('en').format(parts.map((part) => `“${part}”`));
  const [means, filters, sorts] = parts.length === 1 ? ['means', 'filters', 'sorts'] : ['mean', 'filter', 'sort'];
  return (
    <Notice tone="warn" title="A part of this page’s address has no effect">
      <span className="wrap-anywhere">
        {names} {means} nothing to this page, and neither {filters} nor {sorts} the {rows} below.{' '}
        <Link className="link" to={query ? `${base}?${query}` : base}>
          {parts.length === 1 ? 'Remove it' : 'Remove them'}
        </Link>
      </span>
    </Notice>
  );
}
