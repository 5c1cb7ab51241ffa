// Takes the payment that a shopper signed in the browser, and sends it when it is exactly what was reviewed.
import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { jsonBody, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';

const body = z.object({ rawTx: z.string() });

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const { account } = context;
  const session = await account.session(request);
  if (!session) return loggedOutResponse();
  await context.spendChainRead(session.userId);
  const { rawTx } = await jsonBody(request, body);
  return await resultOrError(() => account.pay.broadcast(params.id ?? '', session, rawTx));
};
