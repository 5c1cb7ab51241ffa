// The reason that every action of the console asks for.
import type { ActionForm } from '#web/access/use-action-form.ts';
import { TextArea } from '#web/ui/field.tsx';

interface ReasonFieldProps {
  form: ActionForm;
  /** Who reads it. */
  hint: string;
  rows?: number;
  maxLength?: number;
}

export function ReasonField({ form, hint, rows = 2, maxLength = 500 }: ReasonFieldProps) {
  return <TextArea label="Reason" hint={hint} rows={rows} required maxLength={maxLength} {...form.field('reason')} />;
}
