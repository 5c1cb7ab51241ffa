// The entrance: leads to the first store of whoever is logged in, or to where an applicant waits, or to the application.
import { type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { requireLogIn } from '#web/access/require-member.ts';

export const loader = async ({ request, context }: LoaderFunctionArgs): Promise<never> => {
  const session = await requireLogIn({ request, context });
  const stores = await context.dashboard.access.stores(session.userId);
  const open = stores.filter(({ status, merchantStatus }) => status !== 'applied' && merchantStatus !== 'applied');
  // The shop's real stores first: a test store is for trying things out.
  const store = open.find(({ isTest }) => !isTest) ?? open[0];
  if (store) throw redirect(`/dashboard/${store.id}`);
  if (stores.length > 0) throw redirect('/dashboard/waiting');
  throw redirect(session.role === 'operator' ? '/operator' : '/dashboard/apply');
};
