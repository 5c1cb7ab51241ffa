// Sends a withdrawal that the owner signed. JSON, for the page's script.
import type { ActionFunctionArgs } from '@remix-run/node';
import { jsonBody, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';

export const action = async ({ request, context: { account } }: ActionFunctionArgs): Promise<Response> => {
  const session = await account.session(request);
  if (!session) return loggedOutResponse();
  const { rawTx } = await jsonBody(request);
  return await resultOrError(() => account.withdraw.broadcast(session.userId, String(rawTx)));
};
