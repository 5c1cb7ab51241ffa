// Why somebody does what the form does: asked for by every act in the console.

import type { formState } from '#web/access/action-form.ts';
import { TextArea } from '#web/ui/field.tsx';

interface ReasonFieldProps {
  state: ReturnType<typeof formState>;
  /** Who reads it. */
  hint: string;
  rows?: number;
  maxLength?: number;
}

export function ReasonField({ state, hint, rows = 2, maxLength = 500 }: ReasonFieldProps) {
  return (
    <TextArea
      label="Reason"
      hint={hint}
      name="reason"
      rows={rows}
      required
      maxLength={maxLength}
      defaultValue={state.typed('reason')}
      error={state.error('reason')}
    />
  );
}
