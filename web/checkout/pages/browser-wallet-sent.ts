// A wallet has sent a transaction: the page tells its hash, which names the method of the payment. It moves no money and
// proves none; the watcher finds the payment by itself.
import type { ActionFunctionArgs } from '@remix-run/node';

const STATUS = { noted: 204, rejected: 400, tooOften: 429 } as const;

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const form = new URLSearchParams(await request.text());
  const { wallet, clientAddress } = context;
  const response = await wallet.announce(params.id ?? '', form.get('txHash') ?? '', clientAddress);
  return new Response(null, { status: STATUS[response] });
};
