// Invites a person by e-mail. What was typed stays when something is wrong with it.
import { Form } from '@remix-run/react';
import type { FormProblem } from '#web/access/form-error-types.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Field } from '#web/ui/field.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { Select } from '#web/ui/select.tsx';
import { ROLE_LABELS } from './role-labels.ts';
import { ROLE_OPTIONS } from './role-options.ts';

interface InviteFormProps {
  problem: FormProblem | null;
  typed: { email: string; role: string } | null;
}

export function InviteForm({ problem, typed }: InviteFormProps) {
  const errorOf = (field: string): string | null => (problem?.field === field ? problem.message : null);
  const general = problem && problem.field !== 'email' && problem.field !== 'role' ? problem.message : null;
  return (
    <Card title="Invite somebody" lead="The link in the e-mail is good for seven days.">
      <Form method="post" className="grid gap-4" noValidate>
        {general ? <Notice tone="bad">{general} Nothing has changed.</Notice> : null}
        <input type="hidden" name="do" value="invite" />
        <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
          <Field
            label="E-mail address"
            name="email"
            type="email"
            autoComplete="off"
            required
            maxLength={254}
            defaultValue={typed?.email}
            error={errorOf('email')}
          />
          <Select
            label="Role"
            name="role"
            defaultValue={typed?.role || 'viewer'}
            options={ROLE_OPTIONS}
            error={errorOf('role')}
          />
        </div>
        <ul className="grid gap-1 text-sm text-ink-2">
          {Object.values(ROLE_LABELS).map(({ name, may }) => (
            <li key={name}>{may}</li>
          ))}
        </ul>
        <div>
          <SubmitButton tone="primary" busyLabel="Inviting…">
            Invite
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
