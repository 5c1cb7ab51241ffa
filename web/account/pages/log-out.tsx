// Ends this session. A plain form, so it works without JavaScript; opened by itself it leads back.
import { type ActionFunctionArgs, redirect } from '@remix-run/node';

export const loader = () => redirect('/account');

export const action = async ({ request, context }: ActionFunctionArgs) => {
  // Merchants come back to the dashboard by the next log-in.
  const next = (await request.formData()).get('next') === '/dashboard' ? '?next=/dashboard' : '';
  const response = await context.account.callAuth(request, context.clientAddress, '/sign-out');
  const headers = new Headers();
  for (const cookie of response.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return redirect(`/account/log-in${next}`, { status: 303, headers });
};
