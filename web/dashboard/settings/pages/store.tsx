// Settings of the store itself: name, logo, accent, support, language and time zone, with the checkout as shoppers see it beside.
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState } from 'react';
import { LANGUAGES } from '#domain/languages.ts';
import { Card } from '#web/ui/card.tsx';
import { Checkbox, Field } from '#web/ui/field.tsx';
import { Select } from '#web/ui/select.tsx';
import { CheckoutPreview, type PreviewLook } from '../parts/checkout-preview.tsx';
import { LogoField } from '../parts/logo-field.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import { loadSection, saveSection } from '../parts/settings-route.ts';

export const meta: MetaFunction = () => [{ title: 'Settings' }];
export const loader = (args: LoaderFunctionArgs) => loadSection(args, 'store');
export const action = (args: ActionFunctionArgs) => saveSection(args, 'store');

const languages = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));
const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

export default function StoreSettings() {
  const section = useLoaderData<typeof loader>();
  const { view } = section;
  const [look, setLook] = useState<PreviewLook | null>(null);
  const known = zones.includes(String(view.values.timeZone)) ? zones : [String(view.values.timeZone), ...zones];
  const stored = { name: view.storeName, accent: String(view.values.accentColor), logoUrl: view.logoUrl };
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <Card>
        <SettingsForm
          key={JSON.stringify(view.values) + view.logoUrl}
          {...section}
          multipart
          onInput={(form) => setLook(lookOf(form, stored))}
        >
          {({ field, checkbox, error }) => (
            <>
              <Field label="Store name" required maxLength={255} {...field('name')} />
              <LogoField logoUrl={view.logoUrl} error={error('logo')} />
              <Field
                label="Accent colour"
                hint="As #1557d6; empty for the page’s own blue. It is made darker or lighter where it could not be read."
                placeholder="#1557d6"
                maxLength={7}
                spellCheck={false}
                autoComplete="off"
                {...field('accentColor')}
              />
              <Field
                label="Support contact"
                hint="An e-mail address, a phone number or a web address, shown on every end of a checkout."
                maxLength={255}
                {...field('supportContact')}
              />
              <div className="grid gap-5 sm:grid-cols-2">
                <Select
                  label="Time zone"
                  hint="Days of reports and times on these pages."
                  options={known.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
                  {...field('timeZone')}
                />
                <Select
                  label="Language of the checkout"
                  hint="Where a shopper’s browser asks for none of ours."
                  options={languages}
                  {...field('locale')}
                />
              </div>
              <Checkbox
                label="Return to the shop by itself"
                hint="Some seconds after “Fund Sent”, when the order has a return address. Shoppers can stay."
                {...checkbox('returnsAutomatically')}
              />
            </>
          )}
        </SettingsForm>
      </Card>
      <CheckoutPreview look={look ?? stored} />
    </div>
  );
}

const lookOf = (form: HTMLFormElement, stored: PreviewLook): PreviewLook => {
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
