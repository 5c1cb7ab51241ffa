// The door of every dashboard and console route: call one of these first in each loader and action. A test walks all routes and
// finds those that did not.
import { type AppLoadContext, data, redirect } from '@remix-run/node';
import type { AccountSession } from '#web/account/server/account-types.ts';
import type { Actor, DashboardVisit, MemberRole, OperatorVisit } from './store-access-types.ts';

interface Visit {
  request: Request;
  context: AppLoadContext;
}

interface MemberNeeds {
  /** The smallest role that may; viewer when absent. */
  atLeast?: MemberRole;
  /** Something is changed: refused while the store is suspended, and always to viewers. */
  write?: boolean;
  /** A log-in of the last 15 minutes is needed. */
  fresh?: boolean;
}

/** Why a page was refused, for the frame's error page. */
export interface Denial {
  reason: 'role' | 'suspended' | 'applied';
  needed?: MemberRole;
}

const RANK: Record<MemberRole, number> = { viewer: 0, manager: 1, owner: 2 };

/**
 * Who visits which store of `params.storeId`. Throws a redirect to the log-in (none, or not fresh), 404 for a store that is not
 * theirs, 403 for a role that is too small and for changes while suspended, and leads applicants to their waiting page.
 */
export const requireMember = async (
  { request, context, params }: Visit & { params: { storeId?: string | undefined } },
  { atLeast = 'viewer', write = false, fresh = false }: MemberNeeds = {},
): Promise<DashboardVisit> => {
  const session = await requireLogIn({ request, context });
  const found = await context.dashboard.access.find(session.userId, params.storeId ?? '');
  if (!found) throw new Response('Not found', { status: 404 });
  const { store, role } = found;
  if (store.merchantStatus === 'applied' || store.status === 'applied') {
    if (write) throw denial({ reason: 'applied' });
    throw redirect('/dashboard/waiting');
  }
  const needed = write && RANK[atLeast] < RANK.manager ? 'manager' : atLeast;
  if (RANK[role] < RANK[needed]) throw denial({ reason: 'role', needed });
  const readOnly = store.merchantStatus === 'suspended' || store.status === 'suspended';
  if (write && readOnly) throw denial({ reason: 'suspended' });
  if (fresh && !session.fresh) throw redirect(logInAddress(request, 'again'));
  return { session, store, role, readOnly, actor: actorOf('member', session) };
};

/** An operator of the platform. The console does not exist for anybody else: 404. */
export const requireOperator = async (
  visit: Visit,
  { fresh = false }: { fresh?: boolean } = {},
): Promise<OperatorVisit> => {
  const session = await requireLogIn(visit);
  if (session.role !== 'operator') throw new Response('Not found', { status: 404 });
  if (fresh && !session.fresh) throw redirect(logInAddress(visit.request, 'again'));
  return { session, actor: actorOf('operator', session) };
};

/** Somebody who is logged in, with or without a store. Throws a redirect to the log-in. */
export const requireLogIn = async (
  { request, context }: Visit,
  { fresh = false }: { fresh?: boolean } = {},
): Promise<AccountSession> => {
  const session = await context.account.session(request);
  if (!session) throw redirect(logInAddress(request));
  if (fresh && !session.fresh) throw redirect(logInAddress(request, 'again'));
  return session;
};

const actorOf = (kind: 'member' | 'operator', { userId, email }: AccountSession): Actor => ({
  kind,
  id: userId,
  email,
});

const denial = (why: Denial) => data(why, { status: 403 });

const logInAddress = (request: Request, why?: 'again'): string => {
  const { pathname, search } = new URL(request.url);
  return `/account/log-in?${new URLSearchParams({ next: pathname + search, ...(why ? { why } : {}) })}`;
};
