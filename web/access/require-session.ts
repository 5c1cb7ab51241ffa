// Who may see an account page: others are led to the log-in and back, or to what is still to be set up.
import { type AppLoadContext, redirect } from '@remix-run/node';
import type { AccountSession, WalletView } from '#web/account/server/account-types.ts';
import { LANGUAGE_PARAMETER } from '#web/text/languages.ts';

interface Visit {
  request: Request;
  context: AppLoadContext;
}

/** Throws a redirect to the log-in. */
export const requireSession = async ({ request, context }: Visit): Promise<AccountSession> => {
  const session = await context.account.session(request);
  if (session) return session;
  throw redirect(logInAddress(request));
};

/** A wallet whose phrase was checked. Throws redirects to whatever is missing. */
export const requireWallet = async (visit: Visit): Promise<{ session: AccountSession; wallet: WalletView }> => {
  const session = await requireSession(visit);
  const wallet = await visit.context.account.wallet(session.userId);
  // None yet, or none that anything can open: by the recovery phrase it can be set up again.
  if (!wallet || wallet.keys.length === 0) throw redirect('/account/wallet');
  // Nothing is received into a wallet that could not be recovered.
  if (!wallet.phraseChecked) throw redirect('/account/recovery');
  return { session, wallet };
};

/** A session of the last minutes, for what changes how one logs in. Throws a redirect to the log-in. */
export const requireFreshSession = async (visit: Visit): Promise<AccountSession> => {
  const session = await requireSession(visit);
  if (session.fresh) return session;
  throw redirect(logInAddress(visit.request, 'again'));
};

const logInAddress = (request: Request, why?: string): string => {
  const { pathname, search, searchParams } = new URL(request.url);
  // A redirect sets no cookie, so a language that was asked for goes along.
  const lang = searchParams.get(LANGUAGE_PARAMETER);
  const parameters = new URLSearchParams({
    next: pathname + search,
    ...(why ? { why } : {}),
    ...(lang ? { [LANGUAGE_PARAMETER]: lang } : {}),
  });
  return `/account/log-in?${parameters}`;
};

/** Any origin: only whether an address leaves it is asked. */
const SOMEWHERE = 'https://here.invalid';

/**
 * Where to go after the log-in: a path of this site, never another one. Read as browsers read it: they take `/\evil` and a tab
 * between two slashes for the address of another site.
 */
export const nextPath = (parameters: URLSearchParams): string => {
  const next = parameters.get('next') ?? '';
  if (!next.startsWith('/') || !URL.canParse(next, SOMEWHERE)) return '/account';
  const { origin, pathname, search } = new URL(next, SOMEWHERE);
  return origin === SOMEWHERE && !pathname.startsWith('//') ? pathname + search : '/account';
};
