// The page's script says that a browser has opened the checkout: the first one is bound to it. A GET does not bind, because programs
// that preview links open them before the shopper does.
import type { ActionFunctionArgs } from '@remix-run/node';

export type BrowserReply = { isOurs: boolean };

export const action = async ({ params, request, context }: ActionFunctionArgs): Promise<Response> => {
  const { isOurs, headers } = await context.checkout.bindBrowser(request, params.id ?? '');
  const reply: BrowserReply = { isOurs };
  return Response.json(reply, { headers: { ...headers, 'cache-control': 'no-store' } });
};
