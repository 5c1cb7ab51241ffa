// Members and open invitations of a merchant, and a form that invites an owner.
import { Form, Link } from '@remix-run/react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { FormNotice } from '#web/dashboard/frame/form-notice.tsx';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { DataTable } from '#web/ui/data-table.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { MerchantDetail } from '../server/operator-types.ts';
import { CONSOLE_ZONE } from './console-parts.tsx';
import { ReasonField } from './reason-field.tsx';

export function MerchantPeople({ merchant: { members, invitations } }: { merchant: MerchantDetail }) {
  const rows = [
    ...members.map(({ userId, email, role, since }) => ({ key: userId, email, role, at: since, isInvited: false })),
    ...invitations.map(({ id, email, role, expiresAt }) => ({
      key: `i${id}`,
      email,
      role,
      at: expiresAt,
      isInvited: true,
    })),
  ];
  return (
    <Card title="Team" flush>
      <DataTable
        stacked
        caption="Members and invitations"
        rows={rows}
        rowKey={({ key }) => key}
        empty={<EmptyState title="This merchant has no members yet">Invite an owner below.</EmptyState>}
        columns={[
          {
            key: 'email',
            header: 'E-mail address',
            rowHeader: true,
            cell: ({ email, isInvited }) => <PersonCell email={email} isInvited={isInvited} />,
          },
          { key: 'role', header: 'Role', cell: ({ role }) => role },
          {
            key: 'at',
            header: 'Since',
            cell: ({ at, isInvited }) => (
              <>
                {isInvited ? 'invited, valid until ' : ''}
                <LocalTime iso={at} timeZone={CONSOLE_ZONE} />
              </>
            ),
          },
          {
            key: 'sessions',
            header: <span className="sr-only">Sessions</span>,
            align: 'end',
            cell: ({ key, email, isInvited }) => (isInvited ? null : <EndSessionsForm userId={key} email={email} />),
          },
        ]}
      />
      <OwnerForm key={invitations.length} />
    </Card>
  );
}

function PersonCell({ email, isInvited }: { email: string; isInvited: boolean }) {
  return (
    <span className="grid">
      <span className="wrap-anywhere">{email}</span>
      {isInvited ? null : (
        <Link className="link text-sm font-normal" to={`/operator/recovery?${new URLSearchParams({ email })}`}>
          Lost every log-in?
        </Link>
      )}
    </span>
  );
}

function EndSessionsForm({ userId, email }: { userId: string; email: string }) {
  const form = useActionForm({ action: 'end-sessions', subject: userId });
  return (
    <details open={form.rejected}>
      <Summary className="md:justify-end">
        End sessions <span className="sr-only">of {email}</span>
      </Summary>
      <Form
        method="post"
        className="grid justify-items-stretch! gap-3 pb-3 text-left [&_.grid]:justify-items-stretch!"
        {...form.props}
      >
        <input type="hidden" name="do" value="end-sessions" />
        <input type="hidden" name="subject" value={userId} />
        <FormNotice form={form} />
        <p className="max-w-72 text-sm text-ink-2">This person is logged out everywhere. Log-in methods stay.</p>
        <ReasonField form={form} hint="For the audit log." />
        <div>
          <SubmitButton tone="primary" busyLabel="One moment…">
            End all sessions
          </SubmitButton>
        </div>
      </Form>
    </details>
  );
}

function OwnerForm() {
  const form = useActionForm({ action: 'owner' });
  return (
    <details className="border-t border-line px-4 sm:px-5" open={form.rejected}>
      <Summary>Invite an owner</Summary>
      <Form method="post" className="grid gap-4 pb-4 sm:pb-5" {...form.props}>
        <input type="hidden" name="do" value="owner" />
        <FormNotice form={form} />
        <Field
          label="E-mail address"
          hint="Gets a link that is valid for seven days. If the merchant has owners or a receiving address, the link is sent after the waiting time, and every owner can cancel it."
          type="email"
          required
          maxLength={254}
          {...form.field('email')}
        />
        <ReasonField form={form} hint="For the audit log." />
        <div>
          <SubmitButton tone="primary" busyLabel="One moment…">
            Invite
          </SubmitButton>
        </div>
      </Form>
    </details>
  );
}
