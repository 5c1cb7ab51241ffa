// The faucet: test coins on a local chain. 404 outside development.
import type { ActionFunctionArgs } from '@remix-run/node';
import { jsonBody, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';
import { tokenRow } from './token-row.ts';

export const action = async ({ params, request, context: { account } }: ActionFunctionArgs): Promise<Response> => {
  const { faucet } = account;
  if (!faucet) throw new Response('Not found', { status: 404 });
  const session = await account.session(request);
  const wallet = session && (await account.wallet(session.userId));
  if (!wallet) return loggedOutResponse();
  const row = await jsonBody(request, tokenRow);
  const { userId } = session;
  return await resultOrError(async () => {
    // Until its phrase is saved, a wallet receives what this payment needs and no more.
    const only = wallet.phraseChecked ? undefined : await account.pay.missing(params.id ?? '', { userId, wallet }, row);
    await faucet.fill(row.chainId, wallet.address, only);
    return { filled: true };
  });
};
