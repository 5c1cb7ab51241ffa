// The logo of the settings form: a file, or none any more. What is wrong with a file is seen in the browser where that is possible.
import { useId, useState } from 'react';
import { Checkbox, FieldError, INPUT } from '../ui/field.tsx';

const MAX_BYTES = 1024 * 1024;

export function LogoField({ logoUrl, error }: { logoUrl: string | null; error: string | null }) {
  const id = useId();
  const [tooLarge, setTooLarge] = useState(false);
  const problem = tooLarge ? 'must be at most 1 MB' : error;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        Logo
      </label>
      <input
        id={id}
        type="file"
        name="logo"
        accept="image/png,image/jpeg,image/webp"
        className={INPUT}
        aria-describedby={`${id}-hint${problem ? ` ${id}-error` : ''}`}
        aria-invalid={problem ? true : undefined}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          const isTooLarge = file !== undefined && file.size > MAX_BYTES;
          setTooLarge(isTooLarge);
          event.currentTarget.setCustomValidity(isTooLarge ? 'The file must be at most 1 MB.' : '');
        }}
      />
      <p id={`${id}-hint`} className="text-sm text-ink-2">
        PNG, JPEG or WebP, at most 1 MB. It is made anew as a PNG of at most 512 × 512, without the file’s metadata.
      </p>
      {problem ? <FieldError id={`${id}-error`}>{problem}</FieldError> : null}
      {logoUrl ? <Checkbox label="Remove the logo: initials are shown instead" name="removeLogo" /> : null}
    </div>
  );
}
