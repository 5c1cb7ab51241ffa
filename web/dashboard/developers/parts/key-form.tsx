// Name and allowed IP addresses of a key, new or existing.
import { Form } from '@remix-run/react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Field, TextArea } from '#web/ui/field.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';

interface KeyFormProps {
  action: 'create' | 'change';
  label: string;
  values: { name: string; ipAllowlist: string };
}

export function KeyForm({ action, label, values }: KeyFormProps) {
  const form = useActionForm({ action, values });
  return (
    <Form method="post" {...form.props} className="grid max-w-2xl gap-4">
      <FormNotice form={form} />
      <Field
        label="Name"
        hint="What uses it: “web shop”, “plug-in on staging”."
        maxLength={100}
        {...form.field('name')}
      />
      <TextArea
        label="Allowed addresses"
        hint="IPv4 or IPv6 addresses and ranges (203.0.113.7, 2001:db8::/32), one per line. Empty allows all."
        rows={3}
        spellCheck={false}
        {...form.field('ipAllowlist')}
      />
      <div>
        <SubmitButton tone="primary" name="do" value={action} busyLabel="One moment…">
          {label}
        </SubmitButton>
      </div>
    </Form>
  );
}
