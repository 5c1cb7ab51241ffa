// Every setting of a store is in a form of the dashboard, or known as one that has none. A field of a form is on its page: a checkbox
// that the page has not would be switched off by each save.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Store } from '#db/entities/store.entity.ts';
import { type StoreSettings, storeSettings } from '#db/merchants/store-settings.ts';
import { chainById } from '#domain/chains.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { type SettingsForm, settingsForm } from '#web/dashboard/settings/server/settings-forms.ts';
import type { SettingsSection } from '#web/dashboard/settings/server/settings-types.ts';

const SECTIONS: Record<SettingsSection, true> = {
  store: true,
  payments: true,
  receiver: true,
  connection: true,
  notifications: true,
};
const sections = Object.keys(SECTIONS) as SettingsSection[];
const formOf = (section: SettingsSection): SettingsForm =>
  settingsForm(section, { chains: [chainById(137)], development: false });

/** Set elsewhere, and why there is no field. */
const WITHOUT_FIELD: Partial<Record<keyof StoreSettings, string>> = {
  status: 'operators decide',
  feeBps: 'operators decide',
  minFeeUnits: 'operators decide',
  isTest: 'fixed when a store is made',
  logoUrl: 'an upload, which settings-service.ts stores',
  receiverProof: 'made of the signature, by settings-service.ts',
};

const STORE = Object.assign(Object.create(Store.prototype), { notificationEmails: [], reportRecipients: [] }) as Store;

const fieldsOf = (section: SettingsSection): string[] => {
  const { schema } = formOf(section);
  if (!(schema instanceof z.ZodObject)) throw new Error(`The form of ${section} is no object`);
  return Object.keys(schema.shape);
};

test('every setting has a field, or a reason for none', () => {
  const settings = sections.flatMap((section) => {
    const fields = fieldsOf(section);
    return Object.keys(formOf(section).toSettings(Object.fromEntries(fields.map((field) => [field, []]))));
  });
  const known = new Set([...settings, ...Object.keys(WITHOUT_FIELD)]);
  const missing = Object.keys(storeSettings.shape).filter((setting) => !known.has(setting));
  expect(missing, 'add to a form of web/dashboard/settings/server/settings-forms.ts, or to WITHOUT_FIELD').toEqual([]);
});

describe.each(sections)('the form %s', (section) => {
  test('shows what is stored in each of its fields', () =>
    expect(
      Object.keys(formOf(section).values(STORE)).toSorted(),
      '`schema` and `values` of a form in web/dashboard/settings/server/settings-forms.ts have the same fields',
    ).toEqual(fieldsOf(section).toSorted()));

  test('has all of its fields on its page', () => {
    const file = `web/dashboard/settings/pages/${section}.tsx`;
    const page = readFileSync(join(REPOSITORY, file), 'utf8');
    const absent = fieldsOf(section).filter(
      (field) => ![`'${field}'`, `"${field}"`, `\`${field.replace(/\d+$/, '$')}`].some((name) => page.includes(name)),
    );
    expect(absent, `${file} has no field for them`).toEqual([]);
  });
});

test('minutes are shown so that they can be read back, to the second and in one way', () => {
  const { schema, values } = formOf('payments');
  if (!(schema instanceof z.ZodObject)) throw new Error('The form is no object');
  const minutes = schema.shape.checkoutMinutes;
  for (let seconds = 60; seconds <= 604_800; seconds += 997) {
    const shown = values(Object.assign(Object.create(Store.prototype), { checkoutTtlSeconds: seconds }) as Store);
    expect(minutes?.safeParse(shown.checkoutMinutes), String(shown.checkoutMinutes)).toMatchObject({ data: seconds });
  }
});
