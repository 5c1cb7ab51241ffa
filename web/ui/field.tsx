// Form fields: a label, a hint, an error, and the input that they describe. An action returns what was typed as `defaultValue`.
import { type ChangeEvent, type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from 'react';
import { useEarlyInput, useEarlyText } from './early-input.ts';
import { useOwnErrors } from './use-own-errors.ts';

export const INPUT =
  'min-h-11 w-full rounded-lg border border-control bg-surface px-3 py-2 text-ink disabled:bg-sunken disabled:text-ink-2 [&[readonly]]:bg-sunken aria-invalid:border-bad';

interface Described {
  label: ReactNode;
  hint?: ReactNode;
  /** Why the input was rejected. */
  error?: string | null | undefined;
}

/** The attributes that link an input to its hint and its error, and the frame around it. */
const useDescription = ({ label, hint, error }: Described) => {
  const id = useId();
  const describedBy = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return {
    input: {
      id,
      className: INPUT,
      'aria-describedby': describedBy || undefined,
      'aria-invalid': error ? true : undefined,
    },
    frame: (control: ReactNode) => (
      <div className="grid content-start gap-1.5">
        <label htmlFor={id} className="text-sm font-semibold wrap-anywhere">
          {label}
        </label>
        {control}
        {hint ? (
          <p id={`${id}-hint`} className="text-sm text-ink-2">
            {hint}
          </p>
        ) : null}
        {error ? <FieldError id={`${id}-error`}>{error}</FieldError> : null}
      </div>
    ),
  };
};

export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} className="text-sm font-semibold text-bad">
      {children}
    </p>
  );
}

export function Field({ label, hint, error, ...input }: Described & InputHTMLAttributes<HTMLInputElement>) {
  const own = useOwnErrors();
  const description = useDescription({ label, hint, error: own.error ?? error });
  const field = useEarlyInput<HTMLInputElement>((target) => {
    if (!target.value || input.value === undefined || target.value === input.value) return;
    input.onChange?.({ target, currentTarget: target } as ChangeEvent<HTMLInputElement>);
  });
  return description.frame(<input {...own.handlers} {...input} {...description.input} ref={field} />);
}

export function TextArea({ label, hint, error, ...input }: Described & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const own = useOwnErrors();
  const description = useDescription({ label, hint, error: own.error ?? error });
  useEarlyText(description.input.id, (target) =>
    input.onChange?.({ target, currentTarget: target } as ChangeEvent<HTMLTextAreaElement>),
  );
  return description.frame(<textarea rows={4} {...own.handlers} {...input} {...description.input} />);
}

interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  label: ReactNode;
  hint?: ReactNode;
  type?: 'checkbox' | 'radio';
}

export function Checkbox({ label, hint, type = 'checkbox', ...input }: CheckboxProps) {
  return (
    <label className="flex min-h-11 items-start gap-3 py-2">
      <input {...input} type={type} className="mt-0.5 size-5 flex-none accent-brand" />
      <span className="grid">
        <span>{label}</span>
        {hint ? <span className="text-sm text-ink-2">{hint}</span> : null}
      </span>
    </label>
  );
}

/** Fields that belong together. `disabled` disables all of them, for viewers and suspended stores. */
export function FieldSet({
  legend,
  hint,
  error,
  disabled,
  children,
}: {
  legend: ReactNode;
  hint?: ReactNode;
  error?: string | null | undefined;
  disabled?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <fieldset
      disabled={disabled}
      className="grid min-w-0 gap-2"
      aria-describedby={hint || error ? `${id}-about` : undefined}
    >
      <legend className="mb-1 text-sm font-semibold">{legend}</legend>
      <div id={`${id}-about`} className="grid gap-1">
        {hint ? <p className="text-sm text-ink-2">{hint}</p> : null}
        {error ? <FieldError>{error}</FieldError> : null}
      </div>
      {children}
    </fieldset>
  );
}
