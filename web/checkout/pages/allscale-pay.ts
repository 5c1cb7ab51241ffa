// AllScale Pay on a checkout, as JSON for the page's scripts. GET returns the shopper's state and what the wallet can pay with;
// POST takes a token and a network and returns the unsigned transfer to review. Nothing is sent here.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { jsonBody, jsonResponse, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';
import { readPayState } from './allscale-pay-state.ts';
import { tokenRow } from './token-row.ts';

export const loader = async ({ params, request, context }: LoaderFunctionArgs): Promise<Response> => {
  const state = await readPayState(context, request, params.id ?? '');
  return jsonResponse(state, state ? 200 : 404);
};

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const { account } = context;
  const session = await account.session(request);
  if (!session) return loggedOutResponse();
  const wallet = await account.wallet(session.userId);
  if (!wallet) return jsonResponse({ code: 'no_wallet', message: 'This account has no wallet yet.' }, 409);
  await context.spendChainRead(session.userId);
  const { chainId, token } = await jsonBody(request, tokenRow);
  return await resultOrError(() => account.pay.buildTransfer(params.id ?? '', wallet.address, chainId, token));
};
