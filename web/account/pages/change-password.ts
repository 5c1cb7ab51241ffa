// Changes the account's password. JSON, for the page's script.
import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { jsonBody, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';

const secret = z.string().max(200);
const body = z.strictObject({ current: secret, next: secret, sealedKey: z.string().max(4096).nullable() });

export const action = async ({ request, context }: ActionFunctionArgs): Promise<Response> => {
  const { account, clientAddress } = context;
  const session = await account.session(request);
  if (!session) return loggedOutResponse();
  const password = await jsonBody(request, body);
  return await resultOrError(async () => {
    await account.changePassword({ session, request, clientAddress }, password);
    return { ok: true };
  });
};
