// The frame of a settings form: notices above its fields, and all fields disabled for members who may only read. Works without
// JavaScript.
import { Form } from '@remix-run/react';
import type { ReactNode } from 'react';
import { type ActionForm, useActionForm } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { useEarlyInput } from '#web/ui/early-input.ts';
import { Notice } from '#web/ui/notice.tsx';
import { useFocusOfPredecessor } from '#web/ui/successor-focus.ts';
import { LogInAgain } from '../../frame/log-in-again.tsx';
import { ReadOnlyNotice } from '../../frame/read-only-notice.tsx';
import type { SectionData } from './settings-route.ts';

interface SettingsFormProps extends Pick<SectionData, 'view' | 'saved' | 'mayWrite'> {
  multipart?: boolean;
  submitLabel?: string;
  /** Called on every input, and once after hydration. */
  onInput?: (form: HTMLFormElement) => void;
  /** Why the fields are disabled for members who may not write; null when the page says it itself. */
  closed?: string | null;
  children: (form: ActionForm) => ReactNode;
}

/** Give it a `key` of the stored values: after a save the fields then show the values as stored. */
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
  const form = useActionForm({ values: view.values });
  const element = useEarlyInput<HTMLFormElement>((early) => {
    // Disabled fields are not in the form data.
    if (mayWrite) onInput?.(early);
  });
  const ref = useFocusOfPredecessor(element);
  return (
    <Form
      ref={ref}
      method="post"
      {...form.props}
      {...(multipart ? { encType: 'multipart/form-data' as const } : {})}
      onInput={onInput ? (event) => onInput(event.currentTarget) : undefined}
      className="grid gap-5"
    >
      {form.oldLogIn ? (
        <LogInAgain title="Nothing was saved: log in again first" />
      ) : form.rejected ? (
        <Notice tone="bad" title="Nothing was saved">
          Each wrong field says what to correct. Everything you typed is still here.
        </Notice>
      ) : saved ? (
        <Notice tone="ok" announced title="Saved" />
      ) : null}
      {mayWrite || closed === null ? null : <ReadOnlyNotice>{closed}</ReadOnlyNotice>}
      <fieldset disabled={!mayWrite} className="grid min-w-0 gap-5">
        {children(form)}
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
