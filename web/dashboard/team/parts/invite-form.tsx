// Invites a person by e-mail.
import { Form } from '@remix-run/react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Field } from '#web/ui/field.tsx';
import { Select } from '#web/ui/select.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';
import { ROLE_LABELS } from './role-labels.ts';
import { ROLE_OPTIONS } from './role-options.ts';

export function InviteForm() {
  const form = useActionForm({ action: 'invite', values: { role: 'viewer' } });
  return (
    <Card title="Invite a person" lead="The link in the e-mail is valid for seven days.">
      <Form method="post" className="grid gap-4" {...form.props}>
        <FormNotice form={{ ...form, oldLogIn: false }} />
        <input type="hidden" name="do" value="invite" />
        <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
          <Field
            label="E-mail address"
            type="email"
            autoComplete="off"
            required
            maxLength={254}
            {...form.field('email')}
          />
          <Select label="Role" options={ROLE_OPTIONS} {...form.field('role')} />
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
