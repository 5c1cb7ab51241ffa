// AllScale Pay on a checkout, as JSON for the page's scripts. GET returns the shopper's state and what the wallet can pay with;
// POST takes a token and a network and returns the unsigned transfer to review. Nothing is sent here.
import type { LoaderFunctionArgs } from '@remix-run/node';
import { jsonResponse } from '#web/access/json-response.ts';
import { readPayState } from './allscale-pay-state.ts';
import { rowAction } from './token-row.ts';

export const loader = async ({ params, request, context }: LoaderFunctionArgs): Promise<Response> => {
  const state = await readPayState(context, request, params.id ?? '');
  return jsonResponse(state, state ? 200 : 404);
};

export const action = rowAction(({ pay, intentId, payer, row }) =>
  pay.buildTransfer(intentId, payer.wallet.address, row.chainId, row.token),
);
