// Sends failed webhooks again, from a given time on.
import { Form } from '@remix-run/react';
import { useActionForm } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Field } from '#web/ui/field.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';

interface ResendCardProps {
  failed: { count: number; oldest: string };
  /** As a `datetime-local` input takes it. */
  since: string;
  timeZone: string;
}

export function ResendCard({ failed: { count, oldest }, since, timeZone }: ResendCardProps) {
  const form = useActionForm({ action: 'resend-failed', values: { since } });
  return (
    <Card
      title="Send failed webhooks again"
      lead={
        <>
          {count === 1 ? 'One webhook was' : `${count} webhooks were`} not delivered. The oldest is from{' '}
          <LocalTime iso={oldest} timeZone={timeZone} />. At most a thousand are sent at once, the oldest first.
        </>
      }
    >
      <Form method="post" className="grid gap-3" {...form.props}>
        <FormNotice form={form} />
        <div className="flex flex-wrap items-end gap-3">
          <Field type="datetime-local" label={`Since (${timeZone})`} required {...form.field('since')} />
          <SubmitButton name="do" value="resend-failed" busyLabel="One moment…">
            Redeliver
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
