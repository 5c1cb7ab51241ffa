// Name, logo, accent colour, support contact, language, time zone and files of the store, with a preview of the checkout.
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, Field } from '#web/ui/field.tsx';
import { PictureField } from '#web/ui/picture-field.tsx';
import { Select } from '#web/ui/select.tsx';
import { CSV_STYLE_OPTIONS } from '../../frame/csv-style-options.ts';
import { LANGUAGE_OPTIONS } from '../../frame/language-options.ts';
import { storeTitle } from '../../frame/store-title.ts';
import { CheckoutPreview, type PreviewValues } from '../parts/checkout-preview.tsx';
import { ColourField } from '../parts/colour-field.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import { loadSection, saveSection } from '../parts/settings-route.ts';

export const meta = storeTitle('Settings');
export const loader = (args: LoaderFunctionArgs) => loadSection(args, 'store');
export const action = (args: ActionFunctionArgs) => saveSection(args, 'store');

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

export default function StoreSettings() {
  const section = useLoaderData<typeof loader>();
  const { view } = section;
  const [preview, setPreview] = useState<PreviewValues | null>(null);
  const stored = { name: view.storeName, accent: String(view.values.accentColor), logoUrl: view.logoUrl };
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <Card>
        <SettingsForm
          key={JSON.stringify(view.values) + view.logoUrl}
          {...section}
          multipart
          onInput={(form) => setPreview(previewOf(form, stored))}
        >
          {({ field, checkbox, error }) => (
            <>
              <Field label="Store name" required maxLength={255} {...field('name')} />
              <PictureField
                label="Logo"
                name="logo"
                url={view.logoUrl}
                remove={{ label: 'Remove the logo: initials are shown instead', name: 'removeLogo' }}
                error={error('logo')}
              />
              <ColourField
                label="Accent colour"
                hint="Such as #1557d6; empty for the default blue. It is darkened or lightened where it would be hard to read."
                placeholder="#1557d6"
                {...field('accentColor')}
              />
              <Field
                label="Support contact"
                hint="An e-mail address, a phone number or a URL. Shown when a checkout ends."
                maxLength={255}
                {...field('supportContact')}
              />
              <div className="grid gap-5 sm:grid-cols-2">
                <Field
                  label="Time zone"
                  hint="For the days of reports and the times on these pages. Type a city or region to find it."
                  list="time-zones"
                  required
                  maxLength={64}
                  spellCheck={false}
                  autoComplete="off"
                  {...field('timeZone')}
                />
                <datalist id="time-zones">
                  {zones.map((zone) => (
                    <option key={zone} value={zone} />
                  ))}
                </datalist>
                <Select
                  label="Language of the checkout"
                  hint="Used when the shopper’s browser prefers none of the available languages."
                  options={LANGUAGE_OPTIONS}
                  {...field('locale')}
                />
              </div>
              <Select
                label="CSV files"
                hint="How exports, and reports from now on, separate columns and write decimals: what your spreadsheet expects when it opens a file by double click. By language: semicolons in Spanish, commas in all others, decimals with a point."
                options={[{ value: '', label: 'By the store’s language' }, ...CSV_STYLE_OPTIONS]}
                {...field('csvStyle')}
              />
              <Checkbox
                label="Return to the shop automatically"
                hint="A few seconds after “Fund Sent”, when the order has a return URL. Shoppers can stay."
                {...checkbox('returnsAutomatically')}
              />
            </>
          )}
        </SettingsForm>
      </Card>
      <CheckoutPreview values={preview ?? stored} />
    </div>
  );
}

const previewOf = (form: HTMLFormElement, stored: PreviewValues): PreviewValues => {
  const typed = new FormData(form);
  const file = typed.get('logo');
  const hasFile = file instanceof File && file.size > 0;
  return {
    name: String(typed.get('name')),
    accent: String(typed.get('accentColor')).trim().toLowerCase(),
    logoUrl: typed.get('removeLogo') === 'on' && !hasFile ? null : stored.logoUrl,
    ...(hasFile ? { logoFile: file } : {}),
  };
};
