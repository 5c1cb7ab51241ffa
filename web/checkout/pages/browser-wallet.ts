// Payment by browser wallet, as JSON for the page's scripts. GET returns the options; POST takes an account and returns its
// unsigned transaction, or the reason why there is none.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import type { WalletOptions, WalletPreparation, WalletRequest } from '../server/wallet-types.ts';

const headers = { 'cache-control': 'no-store' };

export const loader = async ({ params, context }: LoaderFunctionArgs): Promise<Response> => {
  const options: WalletOptions | null = await context.wallet.options(params.id ?? '');
  return Response.json(options, { status: options ? 200 : 404, headers });
};

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const form = new URLSearchParams(await request.text());
  const wanted: WalletRequest = {
    payer: form.get('payer') ?? '',
    coin: form.get('coin') ?? '',
    network: form.get('network') ?? '',
    again: form.get('again') === 'yes',
  };
  const { wallet, clientAddress } = context;
  const response: WalletPreparation | null = await wallet.prepare(params.id ?? '', wanted, clientAddress);
  return Response.json(response, { status: response ? 200 : 404, headers });
};
