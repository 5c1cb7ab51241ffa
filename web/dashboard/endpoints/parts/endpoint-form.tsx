// URL, description and events of an endpoint, new or existing.
import { Form } from '@remix-run/react';
import { MAX_ENDPOINT_DESCRIPTION } from '#domain/endpoint-values.ts';
import { ENDPOINT_EVENT_TYPES } from '#domain/order-events.ts';
import { useActionForm } from '#web/access/use-action-form.ts';
import { EVENT_EXPLANATIONS, eventLabel } from '#web/text/event-labels.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Checkbox, Field, FieldSet } from '#web/ui/field.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';

interface EndpointFormProps {
  action: 'create' | 'change';
  label: string;
  values: { url: string; description: string; eventTypes: string[] };
}

export function EndpointForm({ action, label, values }: EndpointFormProps) {
  const form = useActionForm({ action, values });
  return (
    <Form method="post" {...form.props} className="grid max-w-2xl gap-5">
      <FormNotice form={form} />
      <Field
        label="URL"
        hint="Events are posted there, signed. It must be https and public. We call it once when you save it, without a signature."
        placeholder="https://shop.example/hooks/orders"
        inputMode="url"
        spellCheck={false}
        required
        {...form.field('url')}
      />
      <Field
        label="Description (optional)"
        hint="What you call it: “warehouse”, “staging”."
        maxLength={MAX_ENDPOINT_DESCRIPTION}
        {...form.field('description')}
      />
      <FieldSet
        legend="Events"
        hint="Confirmed payments are not among them: they go to the webhook URL of your settings only."
        error={form.error('eventTypes')}
      >
        {ENDPOINT_EVENT_TYPES.map((type) => (
          <Checkbox
            key={type}
            label={
              <>
                {eventLabel(type)}{' '}
                <span className="inline-block font-mono text-xs wrap-anywhere text-ink-2">{type}</span>
              </>
            }
            hint={EVENT_EXPLANATIONS[type]}
            {...form.checkbox('eventTypes', type)}
          />
        ))}
      </FieldSet>
      <div>
        <SubmitButton tone="primary" name="do" value={action} busyLabel="One moment…">
          {label}
        </SubmitButton>
      </div>
    </Form>
  );
}
