// The documentation's front page as Markdown.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { listForPrograms } from '../content/list-for-programs.server.ts';
import { markdownResponse } from '../content/markdown-response.ts';

export const loader = ({ context }: LoaderFunctionArgs): Response =>
  markdownResponse(listForPrograms(context.publicUrl));
