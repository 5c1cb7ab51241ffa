// The faucet: test coins on a local chain. 404 outside development.
import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { jsonBody, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';

const body = z.object({ chainId: z.number().int() });

export const action = async ({ request, context: { account } }: ActionFunctionArgs): Promise<Response> => {
  const { faucet } = account;
  if (!faucet) throw new Response('Not found', { status: 404 });
  const session = await account.session(request);
  const wallet = session && (await account.wallet(session.userId));
  if (!wallet) return loggedOutResponse();
  const { chainId } = await jsonBody(request, body);
  return await resultOrError(async () => {
    await faucet.fill(chainId, wallet.address);
    return { filled: true };
  });
};
