// Guards of the dashboard and the console: every loader and action calls one of them first. A test walks all routes and finds
// those that do not.
import { type AppLoadContext, data, redirect } from '@remix-run/node';
import { isWaiting } from '#domain/store-standing.ts';
import type { AccountSession } from '#web/account/server/account-types.ts';
import type { Actor, DashboardVisit, MemberRole, OperatorVisit } from './store-access-types.ts';

interface Visit {
  request: Request;
  context: AppLoadContext;
}

interface MemberNeeds {
  /** The lowest role that is allowed; viewer when absent. */
  atLeast?: MemberRole;
  /** The request changes something: denied to viewers, and while the store is suspended. */
  write?: boolean;
  /** Needs a log-in of the last 15 minutes. */
  fresh?: boolean;
}

/** Why access was denied, for the frame's error page. */
export interface Denial {
  reason: 'role' | 'suspended' | 'applied' | 'no member';
  needed?: MemberRole;
}

const RANK: Record<MemberRole, number> = { viewer: 0, manager: 1, owner: 2 };

/**
 * No right is used by an account whose e-mail address is unproven (decision 0060): accounts from before the rule prove it first.
 * Throws a redirect to the page that mails the link, which leads back.
 */
const requireProven = (request: Request, session: AccountSession): void => {
  if (session.emailVerified) return;
  throw redirect(`/account/verify?${new URLSearchParams({ next: hereOf(request) })}`);
};

/**
 * Two factors are a condition of everything that can change where money goes: the console, and every role but viewer (managers make
 * keys and set the webhook URL). Throws a redirect to what is missing, which leads back.
 */
const requireTwoFactors = (request: Request, session: AccountSession): void => {
  if (session.twoFactors) return;
  const parameters = new URLSearchParams({ why: 'two-factors', next: hereOf(request) });
  throw redirect(`/dashboard/security?${parameters}`);
};

/**
 * The visitor and the store of `params.storeId`. Throws a redirect to the log-in, to a proof of the e-mail address or to a second
 * factor, 404 for a store that is not theirs, 403 for too low a role and for changes while suspended, and a redirect to the waiting
 * page for applicants.
 */
export const requireMember = async (
  { request, context, params }: Visit & { params: { storeId?: string | undefined } },
  { atLeast = 'viewer', write = false, fresh = false }: MemberNeeds = {},
): Promise<DashboardVisit> => {
  const session = await requireLogIn({ request, context });
  const found = await context.dashboard.access.find(session.userId, params.storeId ?? '');
  if (!found) {
    // The same for a store that does not exist.
    context.reportDenied({ userId: session.userId, reason: 'no member' });
    throw data<Denial>({ reason: 'no member' }, { status: 404 });
  }
  const { store, role } = found;
  const deny = (why: Denial) => {
    context.reportDenied({ userId: session.userId, ...why });
    return denial(why);
  };
  requireProven(request, session);
  if (role !== 'viewer') requireTwoFactors(request, session);
  if (isWaiting(store)) {
    if (write) throw deny({ reason: 'applied' });
    throw redirect('/dashboard/waiting');
  }
  const needed = write && RANK[atLeast] < RANK.manager ? 'manager' : atLeast;
  if (RANK[role] < RANK[needed]) throw deny({ reason: 'role', needed });
  const readOnly = store.merchantStatus === 'suspended' || store.status === 'suspended';
  if (write && readOnly) throw deny({ reason: 'suspended' });
  if (fresh && !session.fresh) throw redirect(logInUrl(request, 'again'));
  const mayWrite = !readOnly && role !== 'viewer';
  return { session, store, role, readOnly, mayWrite, actor: actorOf('member', session) };
};

/** An operator of the platform with a proven e-mail address and two factors. Throws 404 for everybody else. */
export const requireOperator = async (
  visit: Visit,
  { fresh = false }: { fresh?: boolean } = {},
): Promise<OperatorVisit> => {
  const session = await requireLogIn(visit);
  if (session.role !== 'operator') {
    visit.context.reportDenied({ userId: session.userId, reason: 'no operator' });
    throw new Response('Not found', { status: 404 });
  }
  requireProven(visit.request, session);
  requireTwoFactors(visit.request, session);
  if (fresh && !session.fresh) throw redirect(logInUrl(visit.request, 'again'));
  return { session, actor: actorOf('operator', session) };
};

/** Anybody who is logged in, with or without a store. Throws a redirect to the log-in. */
export const requireLogIn = async (
  { request, context }: Visit,
  { fresh = false }: { fresh?: boolean } = {},
): Promise<AccountSession> => {
  const session = await context.account.session(request);
  if (!session) throw redirect(logInUrl(request));
  if (fresh && !session.fresh) throw redirect(logInUrl(request, 'again'));
  return session;
};

const actorOf = (kind: 'member' | 'operator', { userId, email }: AccountSession): Actor => ({
  kind,
  id: userId,
  email,
});

const denial = (why: Denial) => data(why, { status: 403 });

const hereOf = (request: Request): string => {
  const { pathname, search } = new URL(request.url);
  return pathname + search;
};

const logInUrl = (request: Request, why?: 'again'): string =>
  `/account/log-in?${new URLSearchParams({ next: hereOf(request), ...(why ? { why } : {}) })}`;
