// Uploads a picture, or removes the one that is there: a store's logo, a link's picture. The browser checks the size before the upload.
import { useId, useState } from 'react';
import { useEarlyInput } from './early-input.ts';
import { Checkbox, FieldError, INPUT } from './field.tsx';

const MAX_BYTES = 1024 * 1024;

const tooLargeMessage = ({ name, size }: File): string =>
  `Must be at most 1 MB: ${name} has ${(size / MAX_BYTES).toFixed(1)} MB and was not used.`;

interface PictureFieldProps {
  label: string;
  name: string;
  /** Of the picture that is there. */
  url: string | null;
  /** Whether to show it. */
  preview?: boolean;
  remove: { label: string; name: string };
  error: string | null;
}

export function PictureField({ label, name, url, preview = false, remove, error }: PictureFieldProps) {
  const id = useId();
  const [tooLarge, setTooLarge] = useState<string | null>(null);
  const check = (input: HTMLInputElement): void => {
    const file = input.files?.[0];
    const isTooLarge = file !== undefined && file.size > MAX_BYTES;
    setTooLarge(isTooLarge ? tooLargeMessage(file) : null);
    // The server rejects a large request as a whole, and the other fields would be lost.
    if (isTooLarge) input.value = '';
  };
  const field = useEarlyInput<HTMLInputElement>(check);
  const problem = tooLarge ?? error;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      {url && preview ? <img src={url} alt="" className="max-h-40 w-fit rounded-lg bg-sunken object-contain" /> : null}
      <input
        ref={field}
        id={id}
        type="file"
        name={name}
        accept="image/png,image/jpeg,image/webp"
        className={INPUT}
        aria-describedby={`${id}-hint${problem ? ` ${id}-error` : ''}`}
        aria-invalid={problem ? true : undefined}
        onInput={(event) => check(event.currentTarget)}
      />
      <p id={`${id}-hint`} className="text-sm text-ink-2">
        PNG, JPEG or WebP, at most 1 MB. It is converted to a PNG of at most 512 × 512, without the file’s metadata.
      </p>
      {problem ? <FieldError id={`${id}-error`}>{problem}</FieldError> : null}
      {url ? <Checkbox {...remove} /> : null}
    </div>
  );
}
