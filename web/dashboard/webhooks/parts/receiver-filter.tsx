// Which receiver the webhook log is about: the webhook URL, all endpoints, or one of them.
import { Form } from '@remix-run/react';
import type { DeliveryState } from '#domain/webhook-response.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Select } from '#web/ui/select.tsx';
import type { EndpointName } from '../../endpoints/server/endpoints-types.ts';

/** All endpoints, in place of the id of one. */
export const ALL = 'all';

interface ReceiverFilterProps {
  names: readonly EndpointName[];
  /** Null: the webhook URL. */
  endpoint: string | null;
  /** Kept. */
  state: DeliveryState | null;
}

export function ReceiverFilter({ names, endpoint, state }: ReceiverFilterProps) {
  return (
    <Form method="get" className="flex flex-wrap items-end gap-3">
      {state ? <input type="hidden" name="state" value={state} /> : null}
      <div className="min-w-0 grow sm:max-w-md">
        <Select
          key={endpoint}
          label="Receiver"
          name="endpoint"
          options={[
            { value: '', label: 'Webhook URL: confirmed payments' },
            { value: ALL, label: 'All endpoints' },
            ...names.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          defaultValue={endpoint ?? ''}
        />
      </div>
      <SubmitButton>Show</SubmitButton>
    </Form>
  );
}
