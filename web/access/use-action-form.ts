// One form of a page that its action parses (form-action.ts): what its inputs show, and what is wrong with each.
import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react';
import { useActionData } from '@remix-run/react';
import { sentence } from '#web/ui/sentence.ts';
import { LOG_IN_AGAIN } from './form-error-types.ts';

/** Attributes of an input of `ui/field.tsx`. */
export interface FieldProps {
  name: string;
  defaultValue: string;
  error: string | null;
}

export interface ActionForm {
  /** Attributes of the form element. */
  props: ReturnType<typeof getFormProps>;
  field(name: string): FieldProps;
  /** A checkbox or radio button; `value` for one of several with the same name. */
  checkbox(name: string, value?: string): { name: string; value?: string; defaultChecked: boolean };
  error(name: string): string | null;
  /** Why the form as a whole was rejected. */
  problem: string | null;
  /** The form needs a newer log-in. */
  oldLogIn: boolean;
  rejected: boolean;
}

interface ActionFormOptions {
  /** The form's `do`, on a page with several forms. */
  action?: string;
  /** The form's `subject`: which row it is about, where several forms have the same `do`. */
  subject?: string;
  values?: Record<string, string | string[] | undefined>;
}

type Result = SubmissionResult<string[]>;

/** The result of the page's last submission, whichever form sent it. */
export const useActionResult = (): Result | null =>
  useActionData<{ result?: Result | null } | undefined>()?.result ?? null;

/** What was submitted as `name`. */
export const submitted = (result: Result | null, name: string): string => {
  const value = result?.initialValue?.[name];
  return typeof value === 'string' ? value : '';
};

/** Why the submission as a whole was rejected; null for a log-in that is too old. */
export const problemIn = (result: Result | null): string | null => {
  const [error] = result?.error?.[''] ?? [];
  return error === LOG_IN_AGAIN ? null : sentence(error);
};

export const needsLogIn = (result: Result | null): boolean => result?.error?.['']?.includes(LOG_IN_AGAIN) ?? false;

export const useActionForm = ({ action = '', subject = '', values = {} }: ActionFormOptions = {}): ActionForm => {
  const last = useActionResult();
  const isMine = submitted(last, 'do') === action && submitted(last, 'subject') === subject;
  const result = isMine || action === '' ? last : null;
  const [form, fields] = useForm<Record<string, string | string[]>>({
    id: ['form', action, subject].filter(Boolean).join('-'),
    lastResult: result,
    defaultValue: values as Record<string, string | string[]>,
    shouldValidate: 'onSubmit',
  });
  // Conform keeps the errors of an earlier submission after one that succeeded.
  const error = (name: string): string | null =>
    result ? sentence(Object.values(fields[name]?.allErrors ?? {})[0]?.[0]) : null;
  return {
    props: getFormProps(form),
    field(name) {
      const value = fields[name]?.initialValue;
      return { name, defaultValue: typeof value === 'string' ? value : '', error: error(name) };
    },
    checkbox(name, value) {
      const chosen = [fields[name]?.initialValue ?? []].flat();
      return { name, ...(value === undefined ? {} : { value }), defaultChecked: chosen.includes(value ?? 'on') };
    },
    error,
    problem: problemIn(result),
    oldLogIn: needsLogIn(result),
    rejected: result?.status === 'error',
  };
};
