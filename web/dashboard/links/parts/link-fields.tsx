// The form of a payment link, for a new one and for a change. It works without scripts: style sheets show the amounts of the chosen kind.
import { Form } from '@remix-run/react';
import { MAX_QUANTITY, SLUG_MAX } from '#domain/payment-links.ts';
import type { ActionForm } from '#web/access/use-action-form.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, Field, FieldError, FieldSet, TextArea } from '#web/ui/field.tsx';
import { PictureField } from '#web/ui/picture-field.tsx';
import { Select } from '#web/ui/select.tsx';
import { Summary } from '#web/ui/summary.tsx';
import { FormNotice } from '../../frame/form-notice.tsx';
import { LANGUAGE_OPTIONS } from '../../frame/language-options.ts';

interface LinkFieldsProps {
  form: ActionForm;
  pricings: readonly { value: string; label: string }[];
  /** The language whose title is asked for first. */
  language: string;
  timeZone: string;
  /** Of a link that exists; a new one may choose its name. */
  existing: { picture: string | null } | null;
}

export function LinkFields({ form, pricings, language, timeZone, existing }: LinkFieldsProps) {
  const { field, checkbox, error } = form;
  const others = LANGUAGE_OPTIONS.filter(({ value }) => value !== language);
  const hasOtherProblem = others.some(({ value }) => error(`title-${value}`) ?? error(`description-${value}`));
  return (
    <Form method="post" encType="multipart/form-data" className="grid max-w-3xl gap-5" {...form.props}>
      <input type="hidden" name="do" value="save" />
      <FormNotice form={form} />
      <Card title="What is sold">
        <div className="grid gap-5">
          <Field label="Title" required maxLength={120} {...field('title')} />
          <TextArea
            label="Description"
            hint="Shown under the title. May have several lines."
            maxLength={1000}
            {...field('description')}
          />
          <PictureField
            label="Picture"
            name="picture"
            url={existing?.picture ?? null}
            preview
            remove={{ label: 'Remove the picture', name: 'removePicture' }}
            error={error('picture')}
          />
        </div>
      </Card>
      <Card title="Price">
        <div className="grid gap-5">
          <Select
            label="Priced in"
            hint="A price in a currency is converted when the shopper presses the button."
            options={pricings}
            {...field('pricing')}
          />
          <div className="group/amounts">
            <FieldSet legend="Amount">
              <Checkbox type="radio" label="Fixed price" value="fixed" {...checkbox('amounts', 'fixed')} />
              <div className="group-has-[[value=open]:checked]/amounts:hidden">
                <Field label="Price of one" inputMode="decimal" autoComplete="off" {...field('amount')} />
              </div>
              <Checkbox
                type="radio"
                label="The shopper names the amount"
                hint="For donations, tips and deposits."
                value="open"
                {...checkbox('amounts', 'open')}
              />
              <div className="grid gap-5 group-has-[[value=fixed]:checked]/amounts:hidden sm:grid-cols-2">
                <Field label="Smallest amount" inputMode="decimal" autoComplete="off" {...field('min')} />
                <Field label="Largest amount" inputMode="decimal" autoComplete="off" {...field('max')} />
              </div>
            </FieldSet>
          </div>
        </div>
      </Card>
      <Card title="Limits">
        <div className="grid gap-5 sm:grid-cols-2">
          <Field
            label="Most in one order"
            hint="With 1, the page asks for no quantity."
            type="number"
            min={1}
            max={MAX_QUANTITY}
            {...field('maxQuantity')}
          />
          <Field
            label="Stock"
            hint="How many can be sold in all; empty for no limit. An unpaid order holds its part for 15 minutes at most."
            type="number"
            min={0}
            {...field('stock')}
          />
          <Field
            label="Available until"
            hint={`Empty for no end. Time zone: ${timeZone.replaceAll('_', ' ')}.`}
            type="datetime-local"
            {...field('expires')}
          />
          <Field
            label="Return URL"
            hint="Where the shopper can go after the payment. Empty for none."
            type="url"
            maxLength={2048}
            {...field('redirectUrl')}
          />
        </div>
      </Card>
      <Card title="Languages">
        <div className="grid gap-5">
          <Select
            label="Language of the title above"
            hint="Shoppers with another language see its texts where you fill them in, else these."
            options={LANGUAGE_OPTIONS}
            {...field('language')}
          />
          <details open={hasOtherProblem || undefined}>
            <Summary>Texts in other languages</Summary>
            <div className="mt-3 grid gap-5">
              {others.map(({ value, label }) => (
                <FieldSet key={value} legend={label}>
                  <Field label={`Title (${label})`} lang={value} maxLength={120} {...field(`title-${value}`)} />
                  <TextArea
                    label={`Description (${label})`}
                    lang={value}
                    rows={2}
                    maxLength={1000}
                    {...field(`description-${value}`)}
                  />
                </FieldSet>
              ))}
            </div>
          </details>
        </div>
      </Card>
      {existing ? null : (
        <Card title="Name in the URL">
          <Field
            label="Name"
            hint="Such as blue-mug. Empty for one that nobody can guess. It cannot be changed later, because it is printed on posters."
            maxLength={SLUG_MAX}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            {...field('slug')}
          />
        </Card>
      )}
      {error('do') ? <FieldError>{error('do')}</FieldError> : null}
      <div>
        <SubmitButton tone="primary" busyLabel="Saving…">
          {existing ? 'Save' : 'Create link'}
        </SubmitButton>
      </div>
    </Form>
  );
}
