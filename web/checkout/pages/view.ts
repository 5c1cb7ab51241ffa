// The checkout's view as JSON, which an open page reads again. It changes nothing.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { choiceOf } from '../parts/choice-of.ts';

export const loader = async ({ params, request, context }: LoaderFunctionArgs): Promise<Response> => {
  const view = await context.checkout.view(params.id ?? '', choiceOf(new URL(request.url).searchParams));
  const headers = { 'cache-control': 'no-store' };
  return view ? Response.json(view, { headers }) : Response.json(null, { status: 404, headers });
};
