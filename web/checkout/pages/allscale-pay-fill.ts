// The faucet: test coins on a local chain. 404 outside development.
import type { ActionFunctionArgs } from '@remix-run/node';
import { jsonBody, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';

export const action = async ({ request, context: { account } }: ActionFunctionArgs): Promise<Response> => {
  const { faucet } = account;
  if (!faucet) throw new Response('Not found', { status: 404 });
  const session = await account.session(request);
  const wallet = session && (await account.wallet(session.userId));
  if (!wallet) return loggedOutResponse();
  const { chainId } = await jsonBody(request);
  return await resultOrError(async () => {
    await faucet.fill(Number(chainId), wallet.address);
    return { filled: true };
  });
};
