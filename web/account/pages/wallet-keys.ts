// Stores the sealed keys that the pages' scripts send as JSON. None of it can sign. GET gives what the wallet must sign.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { jsonBody, jsonResponse } from '#web/access/json-response.ts';
import type { WalletChallenge } from '../server/account-types.ts';

const key = z.strictObject({
  kind: z.enum(['passkey', 'password']),
  credentialId: z.string().nullable(),
  blob: z.string().max(4096),
});

const proof = z.strictObject({ issuedAt: z.string().max(32), signature: z.string().max(140) });

const body = z.union([
  /** A new wallet, with its first sealed key, signed by the wallet's key. */
  z.strictObject({ address: z.string(), proof, key }),
  /** One more sealed key, or the same one anew, signed by the wallet's key: who sends it has opened the wallet. */
  z.strictObject({ proof, key }),
  /** The recovery phrase was checked. */
  z.strictObject({ phraseChecked: z.literal(true) }),
  /** A key was opened: for the list of keys. */
  z.strictObject({ used: z.string() }),
]);

const failure = (status: number, code: string, message: string): Response =>
  Response.json({ code, message }, { status, headers: { 'cache-control': 'no-store' } });

export const loader = async ({ request, context: { account } }: LoaderFunctionArgs): Promise<Response> => {
  const session = await account.session(request);
  if (!session) return failure(401, 'logged_out', 'You are logged out. Log in again.');
  const challenge: WalletChallenge = { accountId: session.userId, issuedAt: new Date().toISOString() };
  return jsonResponse(challenge);
};

export const action = async ({ request, context: { account } }: ActionFunctionArgs): Promise<Response> => {
  const session = await account.session(request);
  if (!session) return failure(401, 'logged_out', 'You are logged out. Log in again.');
  const wanted = await jsonBody(request, body);
  const { userId } = session;
  try {
    if ('address' in wanted) await account.createWallet(session, wanted.address, wanted.proof, wanted.key);
    else if ('key' in wanted) await account.replaceSealedKey(session, wanted.proof, wanted.key);
    else if ('used' in wanted) await account.markKeyUsed(userId, wanted.used);
    else await account.markPhraseChecked(userId);
  } catch (error) {
    const { name, code, message } = error as { name?: string; code?: string; message?: string };
    if (name !== 'UserError') throw error;
    return failure(409, code ?? 'refused', message ?? 'The server rejected this.');
  }
  return Response.json({ ok: true }, { headers: { 'cache-control': 'no-store' } });
};
