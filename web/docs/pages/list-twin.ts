// The Markdown twin of the documentation's front page.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { listForPrograms } from '../content/list-for-programs.server.ts';
import { markdownResponse } from '../content/markdown-response.ts';

export const loader = ({ context }: LoaderFunctionArgs): Response =>
  markdownResponse(listForPrograms(context.publicUrl));
