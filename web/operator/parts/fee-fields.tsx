// A fee as people agree on it: percent, and a minimum in coins.

import type { formState } from '#web/access/action-form.ts';
import { Field } from '#web/ui/field.tsx';

interface FeeFieldsProps {
  state: ReturnType<typeof formState>;
  percent: string;
  minFee: string;
}

export function FeeFields({ state, percent, minFee }: FeeFieldsProps) {
  return (
    <>
      <Field
        label="Fee in percent"
        hint="Of each payment, at most two places."
        name="percent"
        inputMode="decimal"
        required
        defaultValue={state.typed('percent') ?? percent}
        error={state.error('percent')}
      />
      <Field
        label="Minimum fee in coins"
        hint="For each order."
        name="minFee"
        inputMode="decimal"
        required
        defaultValue={state.typed('minFee') ?? minFee}
        error={state.error('minFee')}
      />
    </>
  );
}
