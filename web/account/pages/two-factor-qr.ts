// The QR code of an authenticator app's key, as data. The server made the key and draws it, so browsers load no encoder.
import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { parseForm } from '#web/access/form-action.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireSession } from '#web/access/require-session.ts';
import { qrCode } from '#web/ui/qr-code.ts';

const qrForm = z.object({ text: z.string().startsWith('otpauth://').max(500) });

export const action = async (args: ActionFunctionArgs): Promise<Response> => {
  await requireSession(args);
  const submission = parseForm(await readForm(args.request), qrForm);
  if (submission.status !== 'success') throw new Response('Bad request', { status: 400 });
  return Response.json(qrCode(submission.value.text), { headers: { 'cache-control': 'no-store' } });
};
