// Payment by browser wallet, as JSON for the page's scripts. GET returns the options; POST takes an account and returns its
// unsigned transaction, or the reason why there is none.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { formBody } from '#web/access/json-response.ts';
import type { WalletOptions, WalletPreparation } from '../server/wallet-types.ts';

const headers = { 'cache-control': 'no-store' };

export const loader = async ({ params, context }: LoaderFunctionArgs): Promise<Response> => {
  const options: WalletOptions | null = await context.wallet.options(params.id ?? '', context.clientAddress);
  return Response.json(options, { status: options ? 200 : 404, headers });
};

/** A missing or wrong payer, coin or network is handled by the service. */
const body = z.object({
  payer: z.string().default(''),
  coin: z.string().default(''),
  network: z.string().default(''),
  again: z
    .string()
    .optional()
    .transform((value) => value === 'yes'),
});

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const wanted = await formBody(request, body);
  const { wallet, clientAddress } = context;
  const bound = await context.checkout.bindBrowser(request, params.id ?? '');
  const asked = { ...wanted, isOurs: bound.isOurs };
  const response: WalletPreparation | null = await wallet.prepare(params.id ?? '', asked, clientAddress);
  return Response.json(response, { status: response ? 200 : 404, headers: { ...headers, ...bound.headers } });
};
