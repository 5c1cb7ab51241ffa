// The route of every URL that no other route matches.
import type { MetaFunction } from '@remix-run/node';
import { textOfMatches } from '#web/text/text.ts';

export const meta: MetaFunction = ({ matches }) => [{ title: textOfMatches(matches)('missing.page_title') }];

export const loader = (): never => {
  throw new Response('Not found', { status: 404 });
};

export default function Nothing() {
  return null;
}
