// A fee as an operator types it: percent, and a minimum in coins.
import type { ActionForm } from '#web/access/use-action-form.ts';
import { Field } from '#web/ui/field.tsx';

export function FeeFields({ form }: { form: ActionForm }) {
  return (
    <>
      <Field
        label="Fee in percent"
        hint="Of each payment, with at most two decimals."
        inputMode="decimal"
        required
        {...form.field('percent')}
      />
      <Field
        label="Minimum fee in coins"
        hint="For each order."
        inputMode="decimal"
        required
        {...form.field('minFee')}
      />
    </>
  );
}
