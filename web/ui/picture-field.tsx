// Uploads a picture, or removes the one that is there: a store's logo, a link's picture. The browser checks the size before the upload.
import { type DragEvent, useId, useState } from 'react';
import { useEarlyInput } from './early-input.ts';
import { Checkbox, FieldError, INPUT } from './field.tsx';

const MAX_BYTES = 1024 * 1024;
const ACCEPTED = ['image/png', 'image/jpeg', 'image/webp'];

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
  const [isOver, setOver] = useState(false);
  const check = (input: HTMLInputElement): void => {
    const file = input.files?.[0];
    const isTooLarge = file !== undefined && file.size > MAX_BYTES;
    setTooLarge(isTooLarge ? tooLargeMessage(file) : null);
    // The server rejects a large request as a whole, and the other fields would be lost.
    if (isTooLarge) input.value = '';
  };
  const field = useEarlyInput<HTMLInputElement>(check);
  const problem = tooLarge ?? error;
  const drop = (event: DragEvent<HTMLDivElement>): void => {
    event.preventDefault();
    setOver(false);
    const input = field.current;
    const file = event.dataTransfer.files[0];
    if (!input || input.matches(':disabled') || !file) return;
    if (!ACCEPTED.includes(file.type)) {
      setTooLarge(`Must be a PNG, JPEG or WebP: ${file.name} is none and was not used.`);
      return;
    }
    const chosen = new DataTransfer();
    chosen.items.add(file);
    input.files = chosen.files;
    // As if it had been chosen: previews listen to the form.
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const over = (isOver: boolean) => (event: DragEvent<HTMLDivElement>) => {
    event.preventDefault();
    setOver(isOver);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the file field within does the same with a keyboard.
    <div
      className={`grid gap-1.5 rounded-lg outline-2 outline-offset-4 ${isOver ? 'outline-brand outline-dashed' : 'outline-transparent'}`}
      onDragEnter={over(true)}
      onDragOver={over(true)}
      onDragLeave={over(false)}
      onDrop={drop}
    >
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      {url && preview ? <img src={url} alt="" className="max-h-40 w-fit rounded-lg bg-sunken object-contain" /> : null}
      <input
        ref={field}
        id={id}
        type="file"
        name={name}
        accept={ACCEPTED.join()}
        className={`${INPUT} file:mr-3 file:rounded-md file:bg-sunken file:px-3 file:py-1 file:font-semibold file:text-ink`}
        aria-describedby={`${id}-hint${problem ? ` ${id}-error` : ''}`}
        aria-invalid={problem ? true : undefined}
        onInput={(event) => check(event.currentTarget)}
      />
      <p id={`${id}-hint`} className="text-sm text-ink-2">
        Choose a file, or drop one here: PNG, JPEG or WebP, at most 1 MB. It is converted to a PNG of at most 512 × 512,
        without the file’s metadata.
      </p>
      {problem ? <FieldError id={`${id}-error`}>{problem}</FieldError> : null}
      {url ? <Checkbox {...remove} /> : null}
    </div>
  );
}
