// An act that somebody answers for: says what will happen, and asks why. The reason goes into the audit log.
import { Form } from '@remix-run/react';
import type { ReactNode } from 'react';
import { SubmitButton } from './button.tsx';
import { TextArea } from './field.tsx';

interface ConfirmFormProps {
  /** The action's `do`. */
  act: string;
  /** The button's words: "Suspend". */
  label: string;
  /** What will happen, in a sentence. */
  children?: ReactNode;
  /** Further values of the form. */
  values?: Readonly<Record<string, string>>;
  tone?: 'primary' | 'danger';
  reasonLabel?: string;
  reasonHint?: string;
  /** Without it the form can be sent with an empty reason. */
  reasonNeeded?: boolean;
  /** What was typed before a refusal, and what was wrong with it. */
  reason?: string;
  error?: string | null | undefined;
}

export function ConfirmForm({
  act,
  label,
  children,
  values = {},
  tone = 'primary',
  reasonLabel = 'Reason',
  reasonHint,
  reasonNeeded = true,
  reason,
  error,
}: ConfirmFormProps) {
  return (
    <Form method="post" className="grid gap-3">
      <input type="hidden" name="do" value={act} />
      {Object.entries(values).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children ? <div className="text-sm text-ink-2">{children}</div> : null}
      <TextArea
        label={reasonLabel}
        hint={reasonHint}
        name="reason"
        rows={2}
        required={reasonNeeded}
        maxLength={500}
        defaultValue={reason}
        error={error}
      />
      <div>
        <SubmitButton tone={tone} busyLabel="One moment…">
          {label}
        </SubmitButton>
      </div>
    </Form>
  );
}
