// The entrance of the dashboard: redirects to the account's first store, to the waiting page of an applicant, or to the application. With
// `merchant` in its URL the first store of that merchant comes first: who joins another team sees its store.
import { type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { isWaiting } from '#domain/store-standing.ts';
import { requireLogIn } from '#web/access/require-member.ts';

export const loader = async ({ request, context }: LoaderFunctionArgs): Promise<never> => {
  const session = await requireLogIn({ request, context });
  const all = await context.dashboard.access.stores(session.userId);
  const wanted = new URL(request.url).searchParams.get('merchant');
  const ofWanted = all.filter(({ merchantId }) => merchantId === wanted);
  const stores = ofWanted.length > 0 ? ofWanted : all;
  const open = stores.filter((store) => !isWaiting(store));
  // Prefer a store that is not a test store.
  const store = open.find(({ isTest }) => !isTest) ?? open[0];
  if (store) throw redirect(`/dashboard/${store.id}`);
  if (stores.length > 0) throw redirect('/dashboard/waiting');
  throw redirect(session.role === 'operator' ? '/operator' : '/dashboard/apply');
};
