// Takes the hash of a transaction that a wallet has sent, to record the method of the payment. It proves no payment: the watcher
// finds it on the chain.
import type { ActionFunctionArgs } from '@remix-run/node';

const STATUS = { noted: 204, rejected: 400, tooOften: 429 } as const;

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const form = new URLSearchParams(await request.text());
  const { wallet, clientAddress } = context;
  const response = await wallet.announce(params.id ?? '', form.get('txHash') ?? '', clientAddress);
  return new Response(null, { status: STATUS[response] });
};
