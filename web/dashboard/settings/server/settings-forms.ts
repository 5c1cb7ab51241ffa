// The forms of the settings pages: converts what people type (percent, minutes, one address per line) to what the store keeps (basis
// points, seconds, lists), and back. The rules for the values are in db/merchants/store-settings.ts.
import { z } from 'zod';
import type { Store } from '#db/entities/store.entity.ts';
import { type StoreSettings, storeSettings } from '#db/merchants/store-settings.ts';
import type { Chain } from '#domain/chains.ts';
import { acceptedCoinsOf, COIN_IDS, type CoinId } from '#domain/coins.ts';
import { LANGUAGES } from '#domain/languages.ts';
import { BAD_TEXT, isShownText } from '#domain/text.ts';
import { readTypedDecimal, typedProblem } from '#domain/typed-amount.ts';
import type { FormValues, SettingsSection } from './settings-types.ts';

export interface FormContext {
  /** The enabled chains that this store can accept. */
  chains: readonly Chain[];
  /** Allows http receivers. */
  development: boolean;
}

export interface SettingsForm {
  schema: z.ZodType<Record<string, unknown>>;
  toSettings(value: Record<string, unknown>): StoreSettings;
  values(store: Store): FormValues;
}

const rules = storeSettings.shape;
const typed = z.string().refine(isShownText, BAD_TEXT).default('');
/** An empty field clears the setting. */
const orNull = typed.transform((text) => (text.trim() === '' ? null : text.trim()));
const checkbox = z
  .string()
  .optional()
  .transform((value) => value === 'on');
const many = z.preprocess((value) => [value ?? []].flat(), z.array(z.string()));
const lines = typed.transform((text) => text.split(/[\s,;]+/).filter(Boolean));

/** A number as people type it, times `scale` and rounded, from `min` to `max`. */
const number = (decimals: number, scale: number, min: number, max: number, message: string) =>
  typed.transform((text, context) => {
    const read = readTypedDecimal(text, decimals);
    const value = 'value' in read ? Math.round((Number(read.value) * scale) / 10 ** decimals) : Number.NaN;
    if (value >= min && value <= max) return value;
    context.addIssue({ code: 'custom', message: 'problem' in read ? typedProblem(read, message) : message });
    return z.NEVER;
  });

const percent = number(2, 100, 0, 1_000, 'must be a percentage from 0 to 10, with at most two decimals');
const minutes = (min: number) =>
  number(3, 60, min * 60, 604_800, `must be minutes from ${min} to 10,080, which are seven days`);

/** Two places name every second, and are read in one way; three would not be. */
const asMinutes = (seconds: number): string => String(Number((seconds / 60).toFixed(2)));
const asPercent = (bps: number): string => String(bps / 100);
const asCheckbox = (on: boolean): string | undefined => (on ? 'on' : undefined);
const asLines = (list: readonly string[]): string => list.join('\n');

/** Selecting every network also accepts those that are added later. */
const allIsNull = <T>(chosen: readonly T[], all: number): T[] | null => (chosen.length === all ? null : [...chosen]);

/** Null while the choice is what a store without one has: a save of other fields is no choice of coins. */
const chosenCoins = (chosen: readonly CoinId[]): CoinId[] | null => {
  const usual = acceptedCoinsOf(null);
  return chosen.length === usual.length && usual.every((coin) => chosen.includes(coin)) ? null : [...chosen];
};

const storeForm: SettingsForm = {
  schema: z.object({
    name: typed.pipe(rules.name.unwrap()),
    supportContact: orNull.pipe(rules.supportContact.unwrap()),
    accentColor: orNull.pipe(rules.accentColor.unwrap()),
    timeZone: typed.pipe(rules.timeZone.unwrap()),
    locale: typed.refine((tag) => Object.hasOwn(LANGUAGES, tag), 'must be one of the languages of the list'),
    csvStyle: orNull.pipe(rules.csvStyle.unwrap()),
    returnsAutomatically: checkbox,
  }),
  toSettings: (value) => value as StoreSettings,
  values: (store) => ({
    name: store.name,
    supportContact: store.supportContact ?? '',
    accentColor: store.accentColor ?? '',
    timeZone: store.timeZone,
    locale: store.locale,
    csvStyle: store.csvStyle ?? '',
    returnsAutomatically: asCheckbox(store.returnsAutomatically),
  }),
};

const blocksName = (chain: Chain): string => `blocks-${chain.id}`;
const blocks = typed.transform((text, context) => {
  if (text.trim() === '') return null;
  const value = Number(text.trim());
  if (/^\d{1,6}$/.test(text.trim()) && value >= 1 && value <= 100_000) return value;
  context.addIssue({ code: 'custom', message: 'must be a whole number of blocks from 1 to 100,000, or empty' });
  return z.NEVER;
});

const paymentsForm = ({ chains }: FormContext): SettingsForm => ({
  schema: z.object({
    acceptedCoins: many
      .transform((ids) => COIN_IDS.filter((id) => ids.includes(String(id))))
      .refine((ids) => ids.length > 0, 'must name at least one coin'),
    acceptedChainIds: many
      .transform((ids) => chains.filter(({ id }) => ids.includes(String(id))).map(({ id }) => id))
      .refine((ids) => ids.length > 0, 'must name at least one network'),
    acceptsBridgedTokens: checkbox,
    tolerancePercent: percent,
    checkoutMinutes: minutes(1),
    extensionMinutes: minutes(0),
    ...Object.fromEntries(chains.map((chain) => [blocksName(chain), blocks])),
  }),
  toSettings: (value) => {
    const minimums = chains.flatMap((chain): [string, number][] => {
      const count = value[blocksName(chain)];
      return typeof count === 'number' ? [[String(chain.id), count]] : [];
    });
    return {
      acceptedCoins: chosenCoins(value.acceptedCoins as CoinId[]),
      acceptedChainIds: allIsNull(value.acceptedChainIds as number[], chains.length),
      acceptsBridgedTokens: value.acceptsBridgedTokens as boolean,
      toleranceBps: value.tolerancePercent as number,
      checkoutTtlSeconds: value.checkoutMinutes as number,
      extensionSeconds: value.extensionMinutes as number,
      minimumConfirmations: minimums.length > 0 ? Object.fromEntries(minimums) : null,
    };
  },
  values: (store) => ({
    acceptedCoins: acceptedCoinsOf(store.acceptedCoins).map(String),
    acceptedChainIds: chains
      .map(({ id }) => id)
      .filter((id) => store.acceptedChainIds?.includes(id) ?? true)
      .map(String),
    acceptsBridgedTokens: asCheckbox(store.acceptsBridgedTokens),
    tolerancePercent: asPercent(store.toleranceBps),
    checkoutMinutes: asMinutes(store.checkoutTtlSeconds),
    extensionMinutes: asMinutes(store.extensionSeconds),
    ...Object.fromEntries(
      chains.map((chain) => [blocksName(chain), String(store.minimumConfirmations?.[chain.id] ?? '')]),
    ),
  }),
});

const receiverForm: SettingsForm = {
  schema: z.object({
    receiver: typed.transform((text): string | null => text.trim()).pipe(rules.receiver.unwrap()),
    signature: typed.refine((text) => text === '' || /^0x[0-9a-fA-F]{2,2048}$/.test(text), 'must be a signature'),
    signedAt: typed,
  }),
  toSettings: (value) => ({ receiver: value.receiver as string }),
  values: (store) => ({ receiver: store.receiver ?? '', signature: '', signedAt: '' }),
};

const connectionForm = ({ development }: FormContext): SettingsForm => ({
  schema: z.object({
    webhookUrl: orNull
      .pipe(rules.webhookUrl.unwrap())
      .refine((url) => url === null || development || /^https:/i.test(url), 'must begin with https://'),
    signsResponses: checkbox,
    refundWebhooks: checkbox,
    replayWindowSeconds: number(0, 1, 1, 600, 'must be whole seconds from 1 to 600'),
  }),
  toSettings: (value) => value as StoreSettings,
  values: (store) => ({
    webhookUrl: store.webhookUrl ?? '',
    signsResponses: asCheckbox(store.signsResponses),
    refundWebhooks: asCheckbox(store.refundWebhooks),
    replayWindowSeconds: String(store.replayWindowSeconds),
  }),
});

const notificationsForm: SettingsForm = {
  schema: z.object({
    notificationEmails: lines.pipe(rules.notificationEmails.unwrap()),
    emailsOrderCreated: checkbox,
    emailsOrderPaid: checkbox,
    emailsAttention: checkbox,
    emailsRefunds: checkbox,
    reportRecipients: lines.pipe(rules.reportRecipients.unwrap()),
    dailyReports: checkbox,
    monthlyReports: checkbox,
    reportsWhenEmpty: checkbox,
  }),
  toSettings: (value) => value as StoreSettings,
  values: (store) => ({
    notificationEmails: asLines(store.notificationEmails),
    emailsOrderCreated: asCheckbox(store.emailsOrderCreated),
    emailsOrderPaid: asCheckbox(store.emailsOrderPaid),
    emailsAttention: asCheckbox(store.emailsAttention),
    emailsRefunds: asCheckbox(store.emailsRefunds),
    reportRecipients: asLines(store.reportRecipients),
    dailyReports: asCheckbox(store.dailyReports),
    monthlyReports: asCheckbox(store.monthlyReports),
    reportsWhenEmpty: asCheckbox(store.reportsWhenEmpty),
  }),
};

export const settingsForm = (section: SettingsSection, context: FormContext): SettingsForm => {
  switch (section) {
    case 'store':
      return storeForm;
    case 'payments':
      return paymentsForm(context);
    case 'receiver':
      return receiverForm;
    case 'connection':
      return connectionForm(context);
    case 'notifications':
      return notificationsForm;
  }
};
