// Takes a withdrawal that the owner signed, as JSON for the page's script, and sends it.
import type { ActionFunctionArgs } from '@remix-run/node';

const answer = (status: number, body: Record<string, string>): Response =>
  Response.json(body, { status, headers: { 'cache-control': 'no-store' } });

export const action = async ({ request, context: { account } }: ActionFunctionArgs): Promise<Response> => {
  const session = await account.session(request);
  if (!session) return answer(401, { code: 'logged_out', message: 'You are logged out. Nothing was sent.' });
  const body = (await request.json().catch(() => null)) as { rawTx?: unknown } | null;
  try {
    return answer(200, await account.withdraw.broadcast(session.userId, String(body?.rawTx)));
  } catch (error) {
    const { name, code, message } = error as { name?: string; code?: string; message?: string };
    if (name !== 'UserError') throw error;
    return answer(409, { code: code ?? 'refused', message: message ?? 'It was not sent.' });
  }
};
