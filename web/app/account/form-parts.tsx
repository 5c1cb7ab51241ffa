// Small parts that all account forms share: fields, notices, and the state of something that is being done.
import { type ChangeEvent, type InputHTMLAttributes, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { wordsFor } from '../wallet/account-client.ts';

export const INPUT = 'min-h-11 w-full rounded-lg border border-control bg-surface px-3 py-2 text-ink';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
}

export function Field({ label, hint, ...input }: FieldProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // What was typed, or filled in by the browser, before the page was awake: React would wipe it at its next render.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page wakes up
  useEffect(() => {
    const target = field.current;
    if (!target?.value || input.value === undefined || target.value === input.value) return;
    input.onChange?.({ target, currentTarget: target } as ChangeEvent<HTMLInputElement>);
  }, []);
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

export function Problem({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="rounded-lg bg-bad-tint p-3 text-sm text-bad">
      {children}
    </p>
  );
}

export function Note({ tone = 'plain', children }: { tone?: 'plain' | 'ok' | 'warn'; children: ReactNode }) {
  const tones = { plain: 'bg-sunken text-ink-2', ok: 'bg-ok-tint text-ok', warn: 'bg-warn-tint text-warn' };
  return <div className={`rounded-lg p-3 text-sm ${tones[tone]}`}>{children}</div>;
}

/** What needs scripts says so: passwords and keys never leave the browser, so a plain form has nothing to send. */
export function NeedsScripts() {
  return (
    <noscript>
      <p className="rounded-lg bg-warn-tint p-3 text-sm text-warn">
        AllScale Pay needs JavaScript: your password and your key are used in the browser only and are never sent. Any
        checkout can also be paid by QR code or address, which works without.
      </p>
    </noscript>
  );
}

/** False on the server and until the page is awake. */
export const useAwake = (): boolean => {
  const [awake, setAwake] = useState(false);
  useEffect(() => setAwake(true), []);
  return awake;
};

export interface Doing {
  busy: boolean;
  problem: string | null;
  /** Runs it unless something runs already; a failure becomes `problem`. */
  run(work: () => Promise<void>): Promise<void>;
}

export const useDoing = (): Doing => {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  return {
    busy,
    problem,
    async run(work) {
      if (busy) return;
      setBusy(true);
      setProblem(null);
      try {
        await work();
      } catch (error) {
        setProblem(wordsFor(error));
      } finally {
        setBusy(false);
      }
    },
  };
};
