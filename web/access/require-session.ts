// Guards of the account pages. They redirect to the log-in and back, or to the missing set-up step.
import { type AppLoadContext, redirect } from '@remix-run/node';
import { pathOfThisSite } from '#domain/web-address.ts';
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
  throw redirect(logInUrl(request));
};

/** A wallet whose recovery phrase was checked. Throws redirects to what is missing. */
export const requireWallet = async (visit: Visit): Promise<{ session: AccountSession; wallet: WalletView }> => {
  const session = await requireSession(visit);
  const wallet = await visit.context.account.wallet(session.userId);
  // There is none, or no key opens it: the recovery phrase sets it up again.
  if (!wallet || wallet.keys.length === 0) throw redirect('/account/wallet');
  // A wallet that cannot be recovered must not receive money.
  if (!wallet.phraseChecked) throw redirect('/account/recovery');
  return { session, wallet };
};

/** A recent log-in, for changes of log-in methods. Throws a redirect to the log-in. */
export const requireFreshSession = async (visit: Visit): Promise<AccountSession> => {
  const session = await requireSession(visit);
  if (session.fresh) return session;
  throw redirect(logInUrl(visit.request, 'again'));
};

/** The log-in, which leads back to this request's page. */
export const logInUrl = (request: Request, why?: string): string => {
  const { pathname, search, searchParams } = new URL(request.url);
  // A redirect sets no cookie, so the URL carries the requested language.
  const lang = searchParams.get(LANGUAGE_PARAMETER);
  const parameters = new URLSearchParams({
    next: pathname + search,
    ...(why ? { why } : {}),
    ...(lang ? { [LANGUAGE_PARAMETER]: lang } : {}),
  });
  return `/account/log-in?${parameters}`;
};

/** The path to open after the log-in, always on this site. */
export const nextPath = (parameters: URLSearchParams): string =>
  pathOfThisSite(parameters.get('next') ?? '') ?? '/account';
