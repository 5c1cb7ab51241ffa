// The frame of a settings form: problems stand beside their fields with what was typed, what was saved is said, and who may only
// read sees every field closed. Works without JavaScript.
import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react';
import { Form, useActionData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { SubmitButton } from '#web/ui/button.tsx';
import { useEarlyInput } from '#web/ui/early-input.ts';
import { Notice } from '#web/ui/notice.tsx';
import { sentence } from '#web/ui/sentence.ts';
import { LOG_IN_AGAIN, LogInAgain } from '../../frame/fresh-log-in.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import type { SectionData } from './settings-route.ts';

/** A field as the inputs of `ui/field.tsx` take it. */
export interface SettingsField {
  name: string;
  defaultValue: string;
  error: string | null;
}

export interface SettingsFields {
  field(name: string): SettingsField;
  /** A checkbox or a radio button; `value` for one of several of the same name. */
  checkbox(name: string, value?: string): { name: string; value?: string; defaultChecked: boolean };
  error(name: string): string | null;
}

interface SettingsFormProps extends Pick<SectionData, 'view' | 'saved' | 'mayWrite'> {
  multipart?: boolean;
  submitLabel?: string;
  /** Told of the fields as they stand when one is typed into, and once when the page wakes up. */
  onInput?: (form: HTMLFormElement) => void;
  /** Why the fields are closed to somebody who may not write; null when the page says it itself. */
  closed?: string | null;
  children: (fields: SettingsFields) => ReactNode;
}

/** Give it a `key` of the stored values, so that what was saved is shown as it is kept. */
export function SettingsForm({
  view,
  saved,
  mayWrite,
  multipart = false,
  submitLabel = 'Save',
  onInput,
  closed = 'Owners and managers may change this.',
  children,
}: SettingsFormProps) {
  const lastResult = useActionData<SubmissionResult<string[]>>();
  const [form, metadata] = useForm<Record<string, string | string[]>>({
    id: `settings-${view.section}`,
    lastResult,
    defaultValue: view.values,
    shouldValidate: 'onSubmit',
  });
  const fields: SettingsFields = {
    field(name) {
      const { initialValue, errors } = metadata[name] ?? {};
      return { name, defaultValue: typeof initialValue === 'string' ? initialValue : '', error: sentence(errors?.[0]) };
    },
    checkbox(name, value) {
      const chosen = [metadata[name]?.initialValue ?? []].flat();
      return { name, ...(value === undefined ? {} : { value }), defaultChecked: chosen.includes(value ?? 'on') };
    },
    error: (name) => sentence(metadata[name]?.errors?.[0]),
  };
  const element = useEarlyInput<HTMLFormElement>((early) => {
    // Closed fields are in no form data.
    if (mayWrite) onInput?.(early);
  });
  const failed = lastResult?.status === 'error';
  return (
    <Form
      ref={element}
      method="post"
      {...getFormProps(form)}
      {...(multipart ? { encType: 'multipart/form-data' as const } : {})}
      onInput={onInput ? (event) => onInput(event.currentTarget) : undefined}
      className="grid gap-5"
    >
      {failed && form.errors?.includes(LOG_IN_AGAIN) ? (
        <LogInAgain title="Nothing was saved: log in again first" />
      ) : failed ? (
        <Notice tone="bad" title="Nothing was saved">
          Some fields need another look: each says what is wrong. All that you typed is still there.
        </Notice>
      ) : saved ? (
        <Notice tone="ok" announced title="Saved" />
      ) : null}
      {mayWrite || closed === null ? null : <ReadOnlyNotice>{closed}</ReadOnlyNotice>}
      <fieldset disabled={!mayWrite} className="grid min-w-0 gap-5">
        {children(fields)}
        {mayWrite ? (
          <div>
            <SubmitButton tone="primary" busyLabel="Saving…">
              {submitLabel}
            </SubmitButton>
          </div>
        ) : null}
      </fieldset>
    </Form>
  );
}
