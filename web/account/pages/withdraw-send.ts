// Sends a withdrawal that the owner signed. JSON, for the page's script.
import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { jsonBody, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';

const body = z.object({ rawTx: z.string() });

export const action = async ({ request, context }: ActionFunctionArgs): Promise<Response> => {
  const { account } = context;
  const session = await account.session(request);
  if (!session) return loggedOutResponse();
  await context.spendChainRead(session.userId);
  const { rawTx } = await jsonBody(request, body);
  return await resultOrError(() => account.withdraw.broadcast(session.userId, rawTx));
};
