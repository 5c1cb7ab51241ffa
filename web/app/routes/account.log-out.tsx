// Ends this session. A plain form, so it works without JavaScript; opened by itself it leads back.
import { type ActionFunctionArgs, redirect } from '@remix-run/node';

export const loader = () => redirect('/account');

export const action = async ({ request, context }: ActionFunctionArgs) => {
  const answer = await context.account.callAuth(request, context.clientAddress, '/sign-out');
  const headers = new Headers();
  for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return redirect('/account/log-in', { status: 303, headers });
};
