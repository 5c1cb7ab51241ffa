// The coin and network that a connected account can pay with at the lowest cost, as JSON for the page's scripts; null for none.
import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { formBody, jsonResponse } from '#web/access/json-response.ts';

const body = z.object({ payer: z.string().default('') });

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const { payer } = await formBody(request, body);
  return jsonResponse(await context.wallet.pick(params.id ?? '', payer, context.clientAddress));
};
