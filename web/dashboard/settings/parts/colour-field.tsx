// A colour: its text, and the browser's own picker beside it. The text is what is sent; without scripts it is all there is.
import { type InputHTMLAttributes, useRef, useState } from 'react';
import { Field } from '#web/ui/field.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';

interface ColourFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint: string;
  error?: string | null | undefined;
  /** What the picker shows while the text is empty. */
  placeholder: string;
}

const COLOUR = /^#[0-9a-f]{6}$/i;

export function ColourField({ placeholder, ...field }: ColourFieldProps) {
  const hydrated = useHydrated();
  const frame = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState(String(field.defaultValue ?? ''));
  const pick = (colour: string): void => {
    const input = frame.current?.querySelector<HTMLInputElement>('input:not([type=color])');
    if (!input) return;
    input.value = colour;
    setTyped(colour);
    // As if it had been typed: the preview and the form's own checks listen.
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  return (
    <div ref={frame} className="relative grid">
      <Field
        {...field}
        placeholder={placeholder}
        maxLength={7}
        spellCheck={false}
        autoComplete="off"
        onInput={(event) => setTyped(event.currentTarget.value.trim())}
      />
      {hydrated ? (
        <input
          type="color"
          aria-label="Pick a colour"
          disabled={field.disabled}
          value={COLOUR.test(typed) ? typed.toLowerCase() : placeholder}
          onChange={(event) => pick(event.currentTarget.value)}
          className="absolute top-8 right-1.5 h-8 w-11 cursor-pointer rounded border border-control bg-surface p-0.5"
        />
      ) : null}
    </div>
  );
}
