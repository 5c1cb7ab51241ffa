// What the shopper's wallet lacks for this payment, with its address: the only response that gives the address of a wallet whose
// recovery phrase is not saved, and never for more than this payment.
import type { ActionFunctionArgs } from '@remix-run/node';
import { jsonBody, jsonResponse, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';
import { tokenRow } from './token-row.ts';

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const { account } = context;
  const session = await account.session(request);
  if (!session) return loggedOutResponse();
  const { userId } = session;
  const wallet = await account.wallet(userId);
  if (!wallet) return jsonResponse({ code: 'no_wallet', message: 'This account has no wallet yet.' }, 409);
  await context.spendChainRead(userId);
  const row = await jsonBody(request, tokenRow);
  return await resultOrError(() => account.pay.topUp(params.id ?? '', { userId, wallet }, row));
};
