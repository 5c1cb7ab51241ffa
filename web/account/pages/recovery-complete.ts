// Completes a recovery with a new password. JSON, for the page's script.
import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { jsonBody, resultOrError } from '#web/access/json-response.ts';

const body = z.strictObject({ token: z.string().max(200), logInSecret: z.string().max(200) });

export const action = async ({ request, context: { account } }: ActionFunctionArgs): Promise<Response> => {
  const { token, logInSecret } = await jsonBody(request, body);
  return await resultOrError(async () => {
    await account.recovery.complete(token, logInSecret);
    return { ok: true };
  });
};
