// The form of an invoice, for a new draft and for a change. Without scripts there are empty rows to fill in; saving gives more.
import { Form } from '@remix-run/react';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ActionForm } from '#web/access/use-action-form.ts';
import { Button, SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, Field, TextArea } from '#web/ui/field.tsx';
import { Select } from '#web/ui/select.tsx';
import { useHydrated } from '#web/ui/use-hydrated.ts';
import { FormNotice } from '../../frame/form-notice.tsx';
import { LANGUAGE_OPTIONS } from '../../frame/language-options.ts';

const MAX_LINES = 50;
const EMPTY_ROWS = 2;

interface InvoiceFieldsProps {
  form: ActionForm;
  pricings: readonly { value: string; label: string }[];
  /** Lines that the draft has. */
  lineCount: number;
  isNew: boolean;
  /** The store's. */
  timeZone: string;
}

export function InvoiceFields({ form, pricings, lineCount, isNew, timeZone }: InvoiceFieldsProps) {
  const { field, checkbox } = form;
  return (
    <Form method="post" className="grid max-w-4xl gap-5" {...form.props}>
      <input type="hidden" name="do" value="save" />
      <FormNotice form={form} />
      <Card title="Who it is for">
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Name" required maxLength={255} autoComplete="off" {...field('customerName')} />
          <Field
            label="E-mail address"
            hint="Gets the invoice, reminders and the receipt. Not shown on the page. Empty: you share the link yourself."
            type="email"
            maxLength={254}
            autoComplete="off"
            {...field('customerEmail')}
          />
          <TextArea label="Postal address" rows={3} maxLength={500} {...field('customerAddress')} />
          <Select
            label="Language"
            hint="Of the page and the e-mails."
            options={LANGUAGE_OPTIONS}
            {...field('language')}
          />
        </div>
      </Card>
      <Card title="Items">
        <div className="grid gap-5">
          <Select label="Priced in" options={pricings} {...field('pricing')} />
          <Lines form={form} lineCount={lineCount} />
          <TextArea label="Note to the customer" rows={2} maxLength={1000} {...field('memo')} />
        </div>
      </Card>
      <Card
        title="Due day and reminders"
        lead={`Reminders go by e-mail at 9 in the morning in ${timeZone}, once each, and stop when the invoice is paid or void.`}
      >
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Due day" type="date" required {...field('dueDay')} />
          <Checkbox label="Remind on the due day" {...checkbox('remindDue')} />
          <Field
            label="Remind days before"
            hint="Empty for none."
            type="number"
            min={1}
            max={60}
            {...field('remindBefore')}
          />
          <Field
            label="Remind days after"
            hint="Empty for none."
            type="number"
            min={1}
            max={60}
            {...field('remindAfter')}
          />
        </div>
      </Card>
      <div className="grid gap-2">
        <div>
          <SubmitButton tone="primary" busyLabel="Saving…">
            {isNew ? 'Save as draft' : 'Save'}
          </SubmitButton>
        </div>
        <p className="text-sm text-ink-2">Nothing is sent yet. The invoice gets its number when you send it.</p>
      </div>
    </Form>
  );
}

function Lines({ form: { field }, lineCount }: { form: ActionForm; lineCount: number }) {
  const hydrated = useHydrated();
  const [shown, setShown] = useState(Math.min(MAX_LINES, lineCount + EMPTY_ROWS));
  // A rejected form may have more rows than were shown at first.
  const typed = Array.from({ length: MAX_LINES }, (_, at) => at).filter(
    (at) => field(`line${at}_description`).defaultValue,
  );
  const rows = Math.max(shown, (typed.at(-1) ?? -1) + 1);
  return (
    <div className="grid gap-4">
      {Array.from({ length: rows }, (_, at) => (
        <fieldset
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are only added at the end
          key={at}
          className="grid min-w-0 gap-3 border-t border-line pt-3 sm:grid-cols-[minmax(0,1fr)_7rem_9rem]"
        >
          <legend className="sr-only">Item {at + 1}</legend>
          <Field
            label={`Description ${at + 1}`}
            maxLength={200}
            autoComplete="off"
            {...field(`line${at}_description`)}
          />
          <Field
            label="Quantity"
            inputMode="numeric"
            autoComplete="off"
            placeholder="1"
            {...field(`line${at}_quantity`)}
          />
          <Field label="Unit price" inputMode="decimal" autoComplete="off" {...field(`line${at}_price`)} />
        </fieldset>
      ))}
      {hydrated && rows < MAX_LINES ? (
        <div>
          <Button onClick={() => setShown(rows + 1)}>
            <Plus size={16} aria-hidden />
            Add an item
          </Button>
        </div>
      ) : null}
    </div>
  );
}
