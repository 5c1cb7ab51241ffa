// Changes the account's password. JSON, for the page's script.
import type { ActionFunctionArgs } from '@remix-run/node';
import { jsonBody, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';
import { passwordChange } from '../parts/password-change.server.ts';

export const action = async ({ request, context }: ActionFunctionArgs): Promise<Response> => {
  const { account, clientAddress } = context;
  const session = await account.session(request);
  if (!session) return loggedOutResponse();
  const password = await jsonBody(request, passwordChange);
  return await resultOrError(async () => {
    await account.changePassword({ session, request, clientAddress }, password);
    return { ok: true };
  });
};
