// A wallet has sent a transaction: the page tells its hash, which names the method of the payment. It moves no money and
// proves none; the watcher finds the payment by itself.
import type { ActionFunctionArgs } from '@remix-run/node';

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const form = new URLSearchParams(await request.text());
  const known = await context.wallet.announce(params.id ?? '', form.get('txHash') ?? '');
  return new Response(null, { status: known ? 204 : 400 });
};
