// The picture of a payment link: by the rules of a store's logo. The browser checks the size before the upload.
import { useId, useState } from 'react';
import { useEarlyInput } from '#web/ui/early-input.ts';
import { Checkbox, FieldError, INPUT } from '#web/ui/field.tsx';

const MAX_BYTES = 1024 * 1024;

export function PictureField({ url, error }: { url: string | null; error: string | null }) {
  const id = useId();
  const [tooLarge, setTooLarge] = useState(false);
  const check = (input: HTMLInputElement): void => {
    const isTooLarge = (input.files?.[0]?.size ?? 0) > MAX_BYTES;
    setTooLarge(isTooLarge);
    // The server rejects a large request as a whole, and the other fields would be lost.
    if (isTooLarge) input.value = '';
  };
  const field = useEarlyInput<HTMLInputElement>(check);
  const problem = tooLarge ? 'Must be at most 1 MB. The file was not used.' : error;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        Picture
      </label>
      {url ? <img src={url} alt="" className="max-h-40 w-fit rounded-lg bg-sunken object-contain" /> : null}
      <input
        ref={field}
        id={id}
        type="file"
        name="picture"
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
      {url ? <Checkbox label="Remove the picture" name="removePicture" /> : null}
    </div>
  );
}
