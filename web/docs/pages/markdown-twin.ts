// A page of the guide as Markdown, at the page's URL with `.md`. web/routes.ts has a route for each page.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { guidePage } from '../content/guide.server.ts';
import { markdownResponse } from '../content/markdown-response.ts';

export const loader = ({ request, context }: LoaderFunctionArgs): Response => {
  const name = new URL(request.url).pathname.replace(/^.*\/|\.md$/g, '');
  const page = guidePage(name, context);
  if (!page) throw new Response('Not found', { status: 404 });
  return markdownResponse(page.markdown);
};
