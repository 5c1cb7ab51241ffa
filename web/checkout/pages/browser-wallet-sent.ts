// Takes the hash of a transaction that a wallet has sent, to record the method of the payment. It proves no payment: the watcher
// finds it on the chain.
import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { formBody } from '#web/access/json-response.ts';

const STATUS = { noted: 204, rejected: 400, tooOften: 429 } as const;

const body = z.object({ txHash: z.string() });

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const { txHash } = await formBody(request, body);
  const { wallet, clientAddress } = context;
  const { isOurs, headers } = await context.checkout.bindBrowser(request, params.id ?? '');
  const response = await wallet.announce(params.id ?? '', { txHash, isOurs }, clientAddress);
  return new Response(null, { status: STATUS[response], headers });
};
