// Takes the payment that a shopper signed in the browser, as JSON, and sends it when it is exactly what was reviewed.
import type { ActionFunctionArgs } from '@remix-run/node';
import { answerOrRefusal, jsonBody, loggedOutAnswer } from '#web/access/json-response.ts';

export const action = async ({ params, request, context: { account } }: ActionFunctionArgs): Promise<Response> => {
  const session = await account.session(request);
  if (!session) return loggedOutAnswer();
  const { rawTx } = await jsonBody(request);
  return await answerOrRefusal(() => account.pay.broadcast(params.id ?? '', session, String(rawTx)));
};
