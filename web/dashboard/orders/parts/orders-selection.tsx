// The bar below the list: what is done with the chosen rows, and choosing all of the page. The rows' boxes belong to this form by its
// id, so it works without JavaScript.
import { Form, useFormAction } from '@remix-run/react';
import { useEffect, useState } from 'react';
import type { CsvStyle } from '#domain/csv-style.ts';
import { needsLogIn, problemIn, useActionResult } from '#web/access/use-action-form.ts';
import { Button, SubmitButton } from '#web/ui/button.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { LogInAgain } from '../../frame/log-in-again.tsx';

export const SELECTION_FORM = 'chosen-orders';

const boxes = (): HTMLInputElement[] => [
  ...document.querySelectorAll<HTMLInputElement>(`input[type=checkbox][form=${SELECTION_FORM}]`),
];

interface OrdersSelectionProps {
  /** The URL of the file of chosen orders. */
  exportUrl: string;
  mayRedeliver: boolean;
  csvStyle: CsvStyle;
}

export function OrdersSelection({ exportUrl, mayRedeliver, csvStyle }: OrdersSelectionProps) {
  const result = useActionResult();
  const problem = problemIn(result);
  const here = useFormAction();
  const [chosen, setChosen] = useState<number | null>(null);
  useEffect(() => {
    const count = (): void => setChosen(boxes().filter(({ checked }) => checked).length);
    count();
    document.addEventListener('change', count);
    return () => document.removeEventListener('change', count);
  }, []);
  const chooseAll = (checked: boolean): void => {
    for (const box of boxes()) box.checked = checked;
    setChosen(checked ? boxes().length : 0);
  };
  return (
    <Form
      id={SELECTION_FORM}
      method="post"
      action={here}
      aria-label="Chosen orders"
      // Chosen rows may be far above it.
      data-sticks={chosen ? '' : undefined}
      className="grid gap-2 data-sticks:sticky data-sticks:bottom-0 data-sticks:z-10 data-sticks:border-t data-sticks:border-line data-sticks:bg-bg data-sticks:py-3"
    >
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {needsLogIn(result) ? <LogInAgain /> : null}
      <div className="flex flex-wrap items-center gap-2">
        {/* Without JavaScript there is no count, and the buttons act on what is ticked. */}
        {chosen === null ? null : (
          <>
            <Button onClick={() => chooseAll(chosen === 0)}>{chosen === 0 ? 'Choose all shown' : 'Choose none'}</Button>
            <p role="status" className="text-sm text-ink-2">
              {chosen === 1 ? '1 order chosen' : `${chosen} orders chosen`}
            </p>
          </>
        )}
        <input type="hidden" name="style" value={csvStyle} />
        <button
          type="submit"
          formMethod="get"
          formAction={exportUrl}
          className="button px-3 text-sm"
          disabled={chosen === 0}
          // A file is no page: the browser itself asks for it.
          onClick={(event) => {
            event.preventDefault();
            const form = event.currentTarget.form;
            if (form) window.location.assign(`${exportUrl}?${new URLSearchParams(ordersOf(form))}`);
          }}
        >
          Export chosen
        </button>
        {mayRedeliver ? (
          <SubmitButton name="do" value="redeliver" busyLabel="One moment…" disabled={chosen === 0}>
            Redeliver their webhooks
          </SubmitButton>
        ) : null}
      </div>
    </Form>
  );
}

const ordersOf = (form: HTMLFormElement): [string, string][] =>
  [...new FormData(form)].flatMap(([name, value]) =>
    (name === 'order' || name === 'style') && typeof value === 'string' ? [[name, value] as [string, string]] : [],
  );
