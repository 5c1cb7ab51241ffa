// Requests about one row of AllScale Pay: a token on its network, for the logged-in shopper's wallet.
import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { type Address, parseAddress } from '#domain/address.ts';
import { jsonBody, jsonResponse, loggedOutResponse, resultOrError } from '#web/access/json-response.ts';
import type { PayService } from '#web/account/server/pay-service.ts';
import type { Payer } from '#web/account/server/top-up.ts';

const isAddress = (value: unknown): boolean => typeof value === 'string' && parseAddress(value) === value;

export const tokenRow = z.object({ chainId: z.number().int(), token: z.custom<Address>(isAddress) });

interface RowRequest {
  pay: PayService;
  intentId: string;
  payer: Payer;
  row: z.output<typeof tokenRow>;
}

/** An action that reads chains for a row, counted in the shopper's limit. It returns what `work` resolves with, as JSON. */
export const rowAction =
  (work: (request: RowRequest) => Promise<unknown>) =>
  async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
    const { account } = context;
    const session = await account.session(request);
    if (!session) return loggedOutResponse();
    const { userId } = session;
    const wallet = await account.wallet(userId);
    if (!wallet) return jsonResponse({ code: 'no_wallet', message: 'This account has no wallet yet.' }, 409);
    await context.spendChainRead(userId);
    const row = await jsonBody(request, tokenRow);
    return await resultOrError(() =>
      work({ pay: account.pay, intentId: params.id ?? '', payer: { userId, wallet }, row }),
    );
  };
