// Name and IP list of a key, for a new one and for one that exists.
import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react';
import { Form } from '@remix-run/react';
import { SubmitButton } from '#web/ui/button.tsx';
import { Field, TextArea } from '#web/ui/field.tsx';
import { sentence } from '#web/ui/sentence.ts';
import { LOG_IN_AGAIN, LogInAgain } from '../../frame/fresh-log-in.tsx';

interface KeyFormProps {
  act: 'create' | 'change';
  label: string;
  values: { name: string; ipAllowlist: string };
  result: SubmissionResult<string[]> | null;
}

export function KeyForm({ act, label, values, result }: KeyFormProps) {
  const [form, fields] = useForm<KeyFormProps['values']>({
    id: `key-${act}`,
    lastResult: result,
    defaultValue: values,
  });
  return (
    <Form method="post" {...getFormProps(form)} className="grid gap-4">
      {form.errors?.includes(LOG_IN_AGAIN) ? <LogInAgain /> : null}
      <Field
        label="Name"
        hint="What uses it: “web shop”, “plug-in on staging”."
        name="name"
        maxLength={100}
        defaultValue={fields.name.initialValue}
        error={sentence(fields.name.errors?.[0])}
      />
      <TextArea
        label="Allowed addresses"
        hint="IPv4 or IPv6 addresses and ranges (203.0.113.7, 2001:db8::/32), one a line. Empty allows all."
        name="ipAllowlist"
        rows={3}
        spellCheck={false}
        defaultValue={fields.ipAllowlist.initialValue}
        error={sentence(Object.values(fields.ipAllowlist.allErrors)[0]?.[0])}
      />
      <div>
        <SubmitButton tone="primary" name="do" value={act} busyLabel="One moment…">
          {label}
        </SubmitButton>
      </div>
    </Form>
  );
}
