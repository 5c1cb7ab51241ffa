// The whole guide in one file, for language models.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { GUIDE, guidePage } from '../content/guide.server.ts';

export const loader = ({ context }: LoaderFunctionArgs): Response => {
  const pages = GUIDE.map(({ name }) => guidePage(name, context)?.markdown ?? '');
  return new Response(`${pages.join('\n\n---\n\n')}\n`, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
};
