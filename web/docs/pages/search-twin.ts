// A search in the documentation as Markdown: /docs/search.md?q=…
import type { LoaderFunctionArgs } from '@remix-run/node';
import { markdownResponse } from '../content/markdown-response.ts';
import { queryOf, searchGuide } from '../content/search.server.ts';

/** The query becomes a heading, so it must not contain markup. */
const asText = (text: string): string => text.replaceAll(/[^\p{L}\p{N} ._-]/gu, ' ');

export const loader = ({ request, context }: LoaderFunctionArgs): Response => {
  const { publicUrl } = context;
  const query = queryOf(request);
  const hits = query ? searchGuide(query, context) : [];
  const lines = hits.map(({ href, page, section, excerpt }) => {
    const [path, fragment] = href.split('#');
    const text = excerpt.map(({ text }) => text).join('');
    return `- [${section ? `${page}: ${section}` : page}](${publicUrl}${path}.md${fragment ? `#${fragment}` : ''}): ${text}`;
  });
  return markdownResponse(`# Search: ${asText(query)}\n\n${lines.join('\n') || 'Nothing found.'}`);
};
