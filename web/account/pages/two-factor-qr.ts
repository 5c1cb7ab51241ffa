// A QR code as data, for the authenticator app's key: drawn by the server, which made the key, so that browsers load no encoder.
import type { ActionFunctionArgs } from '@remix-run/node';
import { requireSession } from '#web/access/require-session.ts';
import { qrCode } from '#web/ui/qr-code.ts';

const MAX_LENGTH = 500;

export const action = async (args: ActionFunctionArgs): Promise<Response> => {
  await requireSession(args);
  const text = String((await args.request.formData()).get('text'));
  if (!text.startsWith('otpauth://') || text.length > MAX_LENGTH) throw new Response('Bad request', { status: 400 });
  return Response.json(qrCode(text), { headers: { 'cache-control': 'no-store' } });
};
