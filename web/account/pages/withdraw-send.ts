// Takes a withdrawal that the owner signed, as JSON for the page's script, and sends it.
import type { ActionFunctionArgs } from '@remix-run/node';
import { answerOrRefusal, jsonBody, loggedOutAnswer } from '#web/access/json-response.ts';

export const action = async ({ request, context: { account } }: ActionFunctionArgs): Promise<Response> => {
  const session = await account.session(request);
  if (!session) return loggedOutAnswer();
  const { rawTx } = await jsonBody(request);
  return await answerOrRefusal(() => account.withdraw.broadcast(session.userId, String(rawTx)));
};
