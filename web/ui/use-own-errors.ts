// Our own error messages for a field, in the page's language. They replace the browser's bubble, which is in the browser's language and
// disappears. Before hydration the browser's bubble is shown.
import { type FormEvent, useState } from 'react';
import { useText } from '#web/text/text.ts';

type Control = HTMLInputElement | HTMLTextAreaElement;

export interface OwnErrors {
  error: string | null;
  /** For the control. */
  handlers: { onInvalid(event: FormEvent<Control>): void; onInput(): void };
}

export const useOwnErrors = (): OwnErrors => {
  const t = useText();
  const [error, setError] = useState<string | null>(null);
  const messageOf = (control: Control): string => {
    const { validity, minLength } = control;
    if (validity.valueMissing) return t('field.missing');
    if (validity.tooShort) return t('field.short', { min: minLength });
    if (validity.typeMismatch) return t('field.email');
    if (control instanceof HTMLInputElement && control.type === 'number') {
      if (validity.rangeUnderflow) return t('field.min', { min: control.min });
      if (validity.rangeOverflow) return t('field.max', { max: control.max });
    }
    return t('field.invalid');
  };
  return {
    error,
    handlers: {
      onInvalid(event) {
        event.preventDefault();
        const control = event.currentTarget;
        setError(messageOf(control));
        // The browser moves the focus only with its own bubble.
        if (control.form?.querySelector(':invalid:not(fieldset)') === control) control.focus();
      },
      onInput: () => setError(null),
    },
  };
};
