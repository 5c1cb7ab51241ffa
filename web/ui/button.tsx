// Buttons, and links that look like buttons. A form's button is busy while its form is being submitted.
import { Link, type LinkProps, useNavigation } from '@remix-run/react';
import { type ReactNode, useRef } from 'react';
import { TaskButton, type TaskButtonProps } from './task-button.tsx';

type ButtonTone = 'plain' | 'primary' | 'danger';

const TONES: Record<ButtonTone, string> = {
  plain: 'button',
  primary: 'button button-primary',
  danger: 'button border-bad text-bad',
};

interface ButtonProps extends TaskButtonProps {
  tone?: ButtonTone;
}

export function Button({ tone = 'plain', className = '', ...button }: ButtonProps) {
  return <TaskButton {...button} className={`${TONES[tone]} px-3 text-sm ${className}`} />;
}

interface SubmitButtonProps extends Omit<ButtonProps, 'type' | 'busy'> {
  /** The label while the form is being submitted. */
  busyLabel?: string;
  children: ReactNode;
}

/** Whether what is being submitted came from this form: it has the values of the form's hidden fields. */
const isOf = (form: HTMLFormElement | null | undefined, sent: FormData | undefined): boolean =>
  [...(form?.querySelectorAll<HTMLInputElement>('input[type=hidden][name]') ?? [])].every((field) =>
    sent?.getAll(field.name).includes(field.value),
  );

/** Submits its form. Busy while a submission with its `name` and `value` runs; without a name, while one of its form does. */
export function SubmitButton({ busyLabel, children, name, value, ...button }: SubmitButtonProps) {
  const { state, formData, formMethod } = useNavigation();
  const own = useRef<HTMLButtonElement>(null);
  const mine = name === undefined ? isOf(own.current?.form, formData) : formData?.get(name) === String(value ?? '');
  const busy = state !== 'idle' && formMethod !== undefined && formMethod !== 'GET' && mine;
  return (
    <Button {...button} {...(name === undefined ? {} : { name, value })} type="submit" busy={busy} buttonRef={own}>
      {busy && busyLabel ? busyLabel : children}
    </Button>
  );
}

export function LinkButton({ tone = 'plain', className = '', ...link }: LinkProps & { tone?: ButtonTone }) {
  return <Link {...link} className={`${TONES[tone]} px-3 text-sm ${className}`} />;
}
