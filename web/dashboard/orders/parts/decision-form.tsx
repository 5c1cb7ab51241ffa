// A decision on a review: says what will happen, and asks for a reason, which goes into the audit log.
import { Form } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { TextArea } from '#web/ui/field.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';

interface DecisionFormProps {
  action: 'accepted' | 'closed' | 'released' | 'left';
  /** The review, or the stray money. */
  subject: string;
  /** The button's label. */
  label: string;
  /** What will happen, in a sentence. */
  children: ReactNode;
  tone?: 'primary' | 'danger';
  reasonHint?: string;
}

export function DecisionForm({ action, subject, label, children, tone = 'primary', reasonHint }: DecisionFormProps) {
  const form = useActionForm({ action, subject });
  return (
    <Form method="post" className="grid gap-3" {...form.props}>
      <input type="hidden" name="do" value={action} />
      <input type="hidden" name="subject" value={subject} />
      <FormNotice form={form} />
      <div className="text-sm text-ink-2">{children}</div>
      <TextArea label="Reason" hint={reasonHint} rows={2} required maxLength={500} {...form.field('reason')} />
      <div>
        <SubmitButton tone={tone} busyLabel="One moment…">
          {label}
        </SubmitButton>
      </div>
    </Form>
  );
}
