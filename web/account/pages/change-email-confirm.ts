// Makes the change of an account's e-mail address. JSON, for the page's script.
import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { jsonBody, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';
import { passwordChange } from '../parts/password-change.server.ts';

const body = z.strictObject({ token: z.string().max(200), password: passwordChange.nullable() });

export const action = async ({ request, context }: ActionFunctionArgs): Promise<Response> => {
  const { account, clientAddress } = context;
  const session = await account.session(request);
  if (!session) return loggedOutResponse();
  const { token, password } = await jsonBody(request, body);
  return await resultOrError(async () => {
    await account.emailChange.confirm({ session, request, clientAddress }, token, password);
    return { ok: true };
  });
};
