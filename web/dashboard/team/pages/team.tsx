// The team page: who works for the merchant, in which role, and who is invited. Every member sees it. Owners
// change it.
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node';
import { useLoaderData, useSearchParams } from '@remix-run/react';
import { z } from 'zod';
import { DOORS } from '#web/access/doors.ts';
import { oldLogInReply, pageForms, parseForm, rejectForm, text } from '#web/access/form-action.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';
import { readAgain } from '#web/access/read-again.ts';
import { readForm } from '#web/access/read-form.ts';
import { requireMember } from '#web/access/require-member.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';
import { needsLogIn, problemIn, submitted, useActionResult } from '#web/access/use-action-form.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { WaitingChanges } from '../../changes/parts/waiting-changes.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { storeTitle } from '../../frame/store-title.ts';
import { InvitationList } from '../parts/invitation-list.tsx';
import { InviteForm } from '../parts/invite-form.tsx';
import { MemberTable } from '../parts/member-table.tsx';
import type { TeamService } from '../server/team-service.ts';

export const meta = storeTitle('Team');

export const loader = async (args: LoaderFunctionArgs) => {
  const visit = await requireMember(args);
  const { store, role, readOnly, session } = visit;
  return {
    ...(await args.context.dashboard.team.view(store.merchantId)),
    changes: await args.context.dashboard.changes.waiting(visit, 'team'),
    storeId: store.id,
    merchantName: store.merchantName,
    timeZone: store.timeZone,
    self: session.userId,
    isOwner: role === 'owner',
    owner: role === 'owner' && !readOnly,
  };
};

/** Another owner may have changed it meanwhile. */
export const shouldRevalidate = readAgain;

const role = z.enum(['owner', 'manager', 'viewer'], { error: 'Must be owner, manager or viewer.' });
const teamForms = pageForms(
  'team',
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('invite'), email: text, role }),
    z.object({ do: z.literal('revoke'), id: text }),
    z.object({ do: z.literal('role'), id: text, role }),
    z.object({ do: z.literal('remove'), id: text }),
  ]),
);

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: DOORS.team.who, write: true });
  const formData = await readForm(args.request);
  const old = oldLogInReply(visit.session, formData, 'team', { by: 'do' });
  if (old) return old;
  const submission = parseForm(formData, teamForms);
  if (submission.status !== 'success') return rejectForm(submission);
  const form = submission.value;
  const problem = await changeTeam(args.context.dashboard.team, visit, form);
  if (problem) return rejectForm(submission, problem);
  // A member who leaves can't see this store's pages any more.
  const hasLeft = form.do === 'remove' && form.id === visit.session.userId;
  return redirect(
    hasLeft
      ? '/dashboard'
      : `/dashboard/${visit.store.id}/team?done=${form.do}${'role' in form && form.role === 'owner' ? '-owner' : ''}`,
    303,
  );
};

const changeTeam = (
  team: TeamService,
  visit: DashboardVisit,
  form: z.output<typeof teamForms>,
): Promise<FormProblem | null> => {
  switch (form.do) {
    case 'invite':
      return team.invite(visit, form);
    case 'revoke':
      return team.revoke(visit, form.id);
    case 'role':
      return team.setRole(visit, form.id, form.role);
    case 'remove':
      return team.remove(visit, form.id);
  }
};

const DONE: Readonly<Record<string, string>> = {
  invite: 'The invitation is on its way.',
  'invite-owner': 'The invitation of a new owner waits until the time that stands below, and is sent then.',
  revoke: 'The invitation was revoked. Its link no longer works.',
  role: 'The role was changed.',
  'role-owner': 'A new owner waits until the time that stands below.',
  remove: 'The person was removed from the team.',
};

export default function TeamPage() {
  const { members, invitations, changes, storeId, merchantName, timeZone, self, owner, isOwner } =
    useLoaderData<typeof loader>();
  const result = useActionResult();
  const [parameters] = useSearchParams();
  const done = result ? undefined : DONE[parameters.get('done') ?? ''];
  const oldLogIn = needsLogIn(result);
  const problem = submitted(result, 'do') === 'invite' ? null : (problemIn(result) ?? result?.error?.role?.[0]);
  return (
    <>
      <PageHeader
        title="Team"
        lead={`Everyone who works for ${merchantName}, in all of its stores.`}
        actions={isOwner ? <LinkButton to={`/dashboard/${storeId}/audit`}>Audit log</LinkButton> : null}
      />
      {done ? (
        <Notice tone="ok" announced>
          {done}
        </Notice>
      ) : null}
      {oldLogIn ? <LogInAgain /> : null}
      {problem ? <Notice tone="bad">{problem} Nothing has changed.</Notice> : null}
      <MemberTable members={members} timeZone={timeZone} self={self} mayChange={owner} />
      <WaitingChanges changes={changes} storeId={storeId} timeZone={timeZone} />
      <InvitationList invitations={invitations} timeZone={timeZone} mayChange={owner} />
      {owner ? (
        <InviteForm
          // A new, empty form after each invitation.
          key={`${invitations.length}:${invitations[0]?.id ?? ''}`}
        />
      ) : null}
      {owner ? null : (
        <p className="text-sm text-ink-2">Owners invite people and change roles, while the store is not suspended.</p>
      )}
    </>
  );
}
