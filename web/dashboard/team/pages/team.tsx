// The team page: who works for the merchant, in which role, and who is invited. Everybody sees it; owners with a fresh log-in
// change it.
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData, useSearchParams } from '@remix-run/react';
import { requireMember } from '#web/access/require-member.ts';
import { LinkButton } from '#web/ui/button.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { PageHeader } from '#web/ui/page-header.tsx';
import { LogInAgain } from '../../frame/fresh-log-in.tsx';
import { InvitationList } from '../parts/invitation-list.tsx';
import { InviteForm } from '../parts/invite-form.tsx';
import { MemberTable } from '../parts/member-table.tsx';

export const meta: MetaFunction = () => [{ title: 'Team · AllScale Checkout' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const { store, role, readOnly, session } = await requireMember(args);
  return {
    ...(await args.context.dashboard.team.view(store.merchantId)),
    merchantName: store.merchantName,
    timeZone: store.timeZone,
    self: session.userId,
    owner: role === 'owner' && !readOnly,
    fresh: session.fresh,
    logIn: `/account/log-in?${new URLSearchParams({ why: 'again', next: `/dashboard/${store.id}/team` })}`,
  };
};

export const action = async (args: ActionFunctionArgs) => {
  const visit = await requireMember(args, { atLeast: 'owner', write: true });
  const form = await args.request.formData();
  const text = (name: string): string => String(form.get(name) ?? '');
  const { team } = args.context.dashboard;
  const act = text('do');
  const typed = { email: text('email'), role: text('role') };
  // Not led away to the log-in: what was typed would be gone.
  if (!visit.session.fresh) return data({ act, problem: null, typed }, { status: 403 });
  const work: Record<string, () => ReturnType<typeof team.invite>> = {
    invite: () => team.invite(visit, typed),
    revoke: () => team.revoke(visit, text('id')),
    role: () => team.setRole(visit, text('id'), typed.role),
    remove: () => team.remove(visit, text('id')),
  };
  const chosen = Object.hasOwn(work, act) ? work[act] : undefined;
  if (!chosen) throw new Response('Bad request', { status: 400 });
  const problem = await chosen();
  if (problem) return data({ act, problem, typed }, { status: 422 });
  // Who has left sees none of this store's pages any more.
  const hasLeft = act === 'remove' && text('id') === visit.session.userId;
  return redirect(hasLeft ? '/dashboard' : `/dashboard/${visit.store.id}/team?done=${act}`, 303);
};

const DONE: Readonly<Record<string, string>> = {
  invite: 'The invitation is on its way.',
  revoke: 'The invitation was taken back; its link works no more.',
  role: 'The role was changed.',
  remove: 'The person was taken out of the team.',
};

export default function TeamPage() {
  const { members, invitations, merchantName, timeZone, self, owner, fresh, logIn } = useLoaderData<typeof loader>();
  const response = useActionData<typeof action>();
  const [parameters] = useSearchParams();
  const done = response ? undefined : DONE[parameters.get('done') ?? ''];
  const oldLogIn = response ? response.problem === null : false;
  const mayChange = owner && (fresh || oldLogIn);
  return (
    <>
      <PageHeader title="Team" lead={`Everybody who works for ${merchantName}, in all of its stores.`} />
      {done ? (
        <Notice tone="ok" announced>
          {done}
        </Notice>
      ) : null}
      {oldLogIn ? <LogInAgain /> : null}
      {response?.problem && response.act !== 'invite' ? (
        <Notice tone="bad">{response.problem.message} Nothing has changed.</Notice>
      ) : null}
      {owner && !mayChange ? (
        <Notice title="To change people, log in again">
          <p>Who may act for you is changed only within 15 minutes of a log-in.</p>
          <p className="mt-2">
            <LinkButton to={logIn}>Log in again</LinkButton>
          </p>
        </Notice>
      ) : null}
      <MemberTable members={members} timeZone={timeZone} self={self} mayChange={mayChange} />
      <InvitationList invitations={invitations} timeZone={timeZone} mayChange={mayChange} />
      {mayChange ? (
        <InviteForm
          problem={response?.act === 'invite' ? response.problem : null}
          typed={response?.act === 'invite' ? response.typed : null}
          // A new form after each invitation: it begins empty.
          key={`${invitations.length}:${invitations[0]?.id ?? ''}`}
        />
      ) : null}
      {owner ? null : (
        <p className="text-sm text-ink-2">Owners invite people and change roles, while the store is not suspended.</p>
      )}
    </>
  );
}
