// Buttons, and links that look like them. A form's button is busy while its form is under way, and cannot be pressed twice.
import { Link, type LinkProps, useNavigation } from '@remix-run/react';
import type { ButtonHTMLAttributes, ReactNode } from 'react';

type ButtonTone = 'plain' | 'primary' | 'danger';

const TONES: Record<ButtonTone, string> = {
  plain: 'button',
  primary: 'button button-primary',
  danger: 'button border-bad text-bad',
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: ButtonTone;
  /** Something that it began is under way. */
  busy?: boolean;
}

export function Button({ tone = 'plain', busy = false, className = '', disabled, ...button }: ButtonProps) {
  return (
    <button
      type="button"
      {...button}
      className={`${TONES[tone]} px-3 text-sm ${className}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    />
  );
}

interface SubmitButtonProps extends Omit<ButtonProps, 'type' | 'busy'> {
  /** In place of the words while the form is under way. */
  busyLabel?: string;
  children: ReactNode;
}

/** Sends its form. Busy while the form that holds this very `name` and `value` (or any, without a name) is under way. */
export function SubmitButton({ busyLabel: busyWords, children, name, value, ...button }: SubmitButtonProps) {
  const { state, formData, formMethod } = useNavigation();
  const mine = name === undefined || formData?.get(name) === String(value ?? '');
  const busy = state !== 'idle' && formMethod !== undefined && formMethod !== 'GET' && mine;
  return (
    <Button {...button} {...(name === undefined ? {} : { name, value })} type="submit" busy={busy}>
      {busy && busyWords ? busyWords : children}
    </Button>
  );
}

export function LinkButton({ tone = 'plain', className = '', ...link }: LinkProps & { tone?: ButtonTone }) {
  return <Link {...link} className={`${TONES[tone]} px-3 text-sm ${className}`} />;
}
