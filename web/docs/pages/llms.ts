// The list of the documentation, for language models.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { listForPrograms } from '../content/list-for-programs.server.ts';

export const loader = ({ context }: LoaderFunctionArgs): Response =>
  new Response(listForPrograms(context.publicUrl), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
