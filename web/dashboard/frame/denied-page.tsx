// Shown in place of a dashboard page that is denied, does not exist, or failed: what happened, and what to do next.
import { isRouteErrorResponse, useLocation, useRouteError } from '@remix-run/react';
import type { Denial } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';

interface Message {
  title: string;
  lead: string;
  /** Offers to try again. */
  again?: boolean;
}

const ROLES = { owner: 'an owner', manager: 'a manager or an owner', viewer: 'a member' } as const;

const messageFor = (error: unknown): Message => {
  if (!isRouteErrorResponse(error)) {
    return {
      title: 'This page could not be shown',
      lead: 'Something failed on our side. Payments are not affected, and nothing that you saved is lost.',
      again: true,
    };
  }
  const denial = error.data as Partial<Denial> | null;
  if (error.status === 403 && denial?.reason === 'suspended') {
    return {
      title: 'This store is suspended',
      lead: 'It is read-only. Nothing was changed. Open orders still complete.',
    };
  }
  if (error.status === 403 && denial?.reason === 'role') {
    return {
      title: 'Your role does not allow this',
      lead: `This needs ${ROLES[denial.needed ?? 'owner']} of this merchant. Nothing was changed. Ask an owner to do it or to change your role.`,
    };
  }
  if (error.status === 403) {
    return { title: 'Not yet', lead: 'This opens when the application is approved. Nothing was changed.' };
  }
  if (isNoMember(error)) {
    return {
      title: 'You cannot open this store',
      lead: 'You do not belong to its team, or no longer do, or there is no such store. If you should, ask an owner to invite you.',
    };
  }
  if (error.status === 404) {
    return {
      title: 'There is no such page',
      lead: 'The URL may have a typing error, or the page was deleted or belongs to another store.',
    };
  }
  if (error.status === 429) {
    return {
      title: 'Too many requests',
      lead: 'Pages that read the networks are limited. Nothing was changed. Try again in a minute.',
      again: true,
    };
  }
  return { title: 'This could not be done', lead: 'The request was malformed. Nothing was changed.' };
};

/** The store is not, or no longer, one that the account may open. */
export const isNoMember = (error: unknown): boolean =>
  isRouteErrorResponse(error) && (error.data as Partial<Denial> | null)?.reason === 'no member';

/** The tab's title of the page below. */
export const deniedTitle = (error: unknown): string => `${messageFor(error).title} · AllScale Checkout`;

interface DeniedPageProps {
  home: string;
  /** Label of the link to `home`. */
  homeLabel?: string;
}

export function DeniedPage({ home, homeLabel = 'To the dashboard' }: DeniedPageProps) {
  const { title, lead, again } = messageFor(useRouteError());
  const { pathname, search } = useLocation();
  return (
    <div className="card grid max-w-xl gap-3 p-6">
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="text-ink-2">{lead}</p>
      <p className="mt-2 flex flex-wrap gap-2">
        {again ? (
          <a className="button" href={pathname + search}>
            Try again
          </a>
        ) : null}
        <LinkButton to={home}>{homeLabel}</LinkButton>
      </p>
    </div>
  );
}
