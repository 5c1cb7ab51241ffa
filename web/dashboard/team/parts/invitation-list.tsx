// Open invitations; owners revoke them here.
import { Form } from '@remix-run/react';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import type { TeamInvitation } from '../server/team-types.ts';
import { ROLE_LABELS } from './role-labels.ts';

interface InvitationListProps {
  invitations: readonly TeamInvitation[];
  timeZone: string;
  mayChange: boolean;
}

export function InvitationList({ invitations, timeZone, mayChange }: InvitationListProps) {
  if (invitations.length === 0) return null;
  return (
    <Card title="Invited" flush>
      <ul className="divide-y divide-line border-t border-line" data-testid="invitations">
        {invitations.map(({ id, email, role, invitedBy, expiresAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 sm:px-5">
            <span className="grid min-w-0">
              <span className="font-semibold wrap-anywhere">{email}</span>
              <span className="text-sm text-ink-2 wrap-anywhere">
                {ROLE_LABELS[role].name}, invited by {invitedBy}, valid until{' '}
                <LocalTime iso={expiresAt} timeZone={timeZone} />
              </span>
            </span>
            {mayChange ? (
              <Form method="post">
                <input type="hidden" name="do" value="revoke" />
                <SubmitButton name="id" value={id} aria-label={`Revoke the invitation of ${email}`}>
                  Revoke
                </SubmitButton>
              </Form>
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
