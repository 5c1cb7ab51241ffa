// The members of a merchant; owners change roles and remove members here.
import { Form } from '@remix-run/react';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { type Column, DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Select } from '#web/ui/select.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { TeamMember } from '../server/team-types.ts';
import { ROLE_LABELS } from './role-labels.ts';
import { ROLE_OPTIONS } from './role-options.ts';

interface MemberTableProps {
  members: readonly TeamMember[];
  timeZone: string;
  /** The visitor's account. */
  self: string;
  mayChange: boolean;
}

const UNREACHED: Record<NonNullable<TeamMember['unreached']>, string> = {
  bounced: 'E-mails to this address bounce. Only security messages are still tried: use another address.',
  complained: 'Marked an e-mail as spam. Only security messages are still sent to this address.',
};

export function MemberTable({ members, timeZone, self, mayChange }: MemberTableProps) {
  const columns: Column<TeamMember>[] = [
    {
      key: 'email',
      header: 'Person',
      rowHeader: true,
      cell: ({ email, userId, unreached }) => (
        <span className="wrap-anywhere">
          <span className="font-semibold">{email}</span>
          {userId === self ? <span className="text-ink-2"> (you)</span> : null}
          {unreached ? <span className="block text-sm font-normal text-bad">{UNREACHED[unreached]}</span> : null}
        </span>
      ),
    },
    {
      key: 'role',
      header: 'Role',
      cell: (member) => (mayChange ? <RoleForm member={member} /> : ROLE_LABELS[member.role].name),
    },
    {
      key: 'joined',
      header: 'Since',
      wideOnly: true,
      cell: ({ joinedAt }) => <LocalTime iso={joinedAt} timeZone={timeZone} precision="day" />,
    },
    ...(mayChange
      ? [
          {
            key: 'remove',
            header: <span className="sr-only">Remove</span>,
            align: 'end' as const,
            cell: ({ userId, email }: TeamMember) => (
              <details>
                <Summary className="md:justify-end">
                  Remove <span className="sr-only">{email}</span>
                </Summary>
                <Form method="post" className="grid gap-2 md:justify-items-end">
                  <input type="hidden" name="do" value="remove" />
                  <p className="max-w-56 text-sm text-ink-2">
                    {userId === self ? 'You lose' : 'This person loses'} access to every store of the merchant at once.
                    Coming back takes a new invitation.
                  </p>
                  <SubmitButton name="id" value={userId} tone="danger" aria-label={`Remove now: ${email}`}>
                    Remove now
                  </SubmitButton>
                </Form>
              </details>
            ),
          },
        ]
      : []),
  ];
  return (
    <Card title="People" flush>
      <DataTable
        stacked
        caption="People of the merchant and their roles"
        columns={columns}
        rows={members}
        rowKey={({ userId }) => userId}
        empty={<EmptyState title="No members" />}
      />
    </Card>
  );
}

function RoleForm({ member: { userId, email, role } }: { member: TeamMember }) {
  return (
    <Form method="post" className="flex flex-wrap items-center gap-2">
      <input type="hidden" name="do" value="role" />
      <div className="w-32">
        <Select label={`Role of ${email}`} labelHidden name="role" defaultValue={role} options={ROLE_OPTIONS} />
      </div>
      <SubmitButton name="id" value={userId} aria-label={`Save the role of ${email}`}>
        Save
      </SubmitButton>
    </Form>
  );
}
