// A labelled text field, shared with the checkout's AllScale Pay.
import { type ChangeEvent, type InputHTMLAttributes, useId } from 'react';
import { useEarlyInput } from '#web/ui/early-input.ts';

export const INPUT = 'min-h-11 w-full rounded-lg border border-control bg-surface px-3 py-2 text-ink';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
}

export function Field({ label, hint, ...input }: FieldProps) {
  const id = useId();
  const field = useEarlyInput<HTMLInputElement>((target) => {
    if (!target.value || input.value === undefined || target.value === input.value) return;
    input.onChange?.({ target, currentTarget: target } as ChangeEvent<HTMLInputElement>);
  });
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      <input {...input} ref={field} id={id} aria-describedby={hint ? `${id}-hint` : undefined} className={INPUT} />
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-ink-2">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
