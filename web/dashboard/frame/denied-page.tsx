// What a dashboard page shows in its place when it was refused, is not there, or failed: what happened, and what to do next.
import { isRouteErrorResponse, useLocation, useRouteError } from '@remix-run/react';
import type { Denial } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';

interface Words {
  title: string;
  lead: string;
  /** Trying again may help. */
  again?: boolean;
}

const ROLES = { owner: 'an owner', manager: 'a manager or an owner', viewer: 'a member' } as const;

const messageFor = (error: unknown): Words => {
  if (!isRouteErrorResponse(error)) {
    return {
      title: 'This page could not be shown',
      lead: 'Something on our side failed. Payments go on as they are; nothing that you saved is lost.',
      again: true,
    };
  }
  const denial = error.data as Partial<Denial> | null;
  if (error.status === 403 && denial?.reason === 'suspended') {
    return {
      title: 'This store is suspended',
      lead: 'It can be read, and nothing in it can be changed. Nothing was changed now. Orders that were open still complete.',
    };
  }
  if (error.status === 403 && denial?.reason === 'role') {
    return {
      title: 'Your role does not allow this',
      lead: `It takes ${ROLES[denial.needed ?? 'owner']} of this merchant. Nothing was changed; ask an owner to do it or to change your role.`,
    };
  }
  if (error.status === 403) {
    return { title: 'Not yet', lead: 'This opens when the application has been approved. Nothing was changed.' };
  }
  if (error.status === 404) {
    return {
      title: 'There is no such page',
      lead: 'The address may be mistyped, or what it led to is gone or belongs to another store.',
    };
  }
  return { title: 'This could not be done', lead: 'The request was not in its form. Nothing was changed.' };
};

interface RefusalPageProps {
  home: string;
  /** What is there, in words. */
  homeLabel?: string;
}

export function DeniedPage({ home, homeLabel = 'To the dashboard' }: RefusalPageProps) {
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
