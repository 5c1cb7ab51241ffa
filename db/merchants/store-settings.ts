// The settings of a store and the rules for their values, for the operator's commands, the console and the seeds.
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { typedAddress } from '#domain/address.ts';
import { findChain } from '#domain/chains.ts';
import { type CoinId, isCoinId } from '#domain/coins.ts';
import { CSV_STYLE_LIST, type CsvStyle, isCsvStyle } from '#domain/csv-style.ts';
import { emailAddressOf } from '#domain/email-address.ts';
import { UserError } from '#domain/errors.ts';
import { unitsOf } from '#domain/money.ts';
import { knownPayable, type PayableAddress } from '#domain/payable-address.ts';
import { isShownLine } from '#domain/text.ts';
import { webAddressProblem, webhookAddressProblem } from '#domain/web-address.ts';
import type { ReceiverProof } from '../entities/store.entity.ts';

const MAX_RECIPIENTS = 20;

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine(isShownLine, 'must be one line of plain text');

const checked = (problem: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const message = problem(text);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** What chains have at the address is checked where it is saved (`checkSettings`). */
const receiver = z.string().transform((text, context): PayableAddress => {
  try {
    return knownPayable(typedAddress(text));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const knownChain = z.number().refine((id) => findChain(id) !== undefined, 'must name known chains');

/** A path of this server, or a web URL. */
const logoUrl = checked((text) =>
  /^\/[\w./-]+$/.test(text) && !text.includes('..') ? undefined : webAddressProblem(text),
);

const timeZone = z.string().refine((zone) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}, 'must be an IANA time zone, such as Europe/Berlin');

const email = z
  .string()
  .overwrite(emailAddressOf)
  .max(254, 'must have at most 254 characters')
  .pipe(z.email({ message: 'must be an e-mail address' }));

/** Each address once. The error names the first invalid one. */
const emails = z
  .array(z.string())
  .max(MAX_RECIPIENTS, `must be at most ${MAX_RECIPIENTS} addresses`)
  .transform((texts, context): string[] => {
    const parsed = texts.map((text) => email.safeParse(text));
    const wrong = parsed.findIndex(({ success }) => !success);
    if (wrong < 0) return [...new Set(parsed.map(({ data }) => data as string))];
    const shown = [...(texts[wrong] ?? '')].slice(0, 100).join('');
    context.addIssue({ code: 'custom', message: `must be e-mail addresses: “${shown}” is not one` });
    return z.NEVER;
  });

const whole = (min: number, max: number) => {
  const message = `must be a whole number from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}`;
  return z.int(message).min(min, message).max(max, message);
};

/** A colour in lower case, `#rrggbb`. */
const accentColor = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^#[0-9a-f]{6}$/, 'must be a colour such as #1557d6');

export const merchantFields = z.object({ name: line(255), email });

/** Every setting of a store. Absent members stay unchanged; null clears those that may be empty. */
export const storeSettings = z
  .strictObject({
    name: line(255),
    logoUrl: logoUrl.nullable(),
    supportContact: line(255).nullable(),
    status: z.enum(['applied', 'active', 'suspended']),
    /** Where settlements pay. Existing intents keep their receiver. */
    receiver: receiver.nullable(),
    receiverProof: z
      .object({ address: z.string(), signature: z.string(), signedAt: z.string() })
      .transform((proof) => proof as ReceiverProof)
      .nullable(),
    feeBps: whole(0, 10_000),
    minFeeUnits: z
      .bigint()
      .min(0n)
      .max(10n ** 30n)
      .transform((units) => unitsOf(units)),
    webhookUrl: checked(webhookAddressProblem).nullable(),
    toleranceBps: whole(0, 1_000),
    checkoutTtlSeconds: whole(60, 604_800),
    /** By how much a part payment extends the checkout, once. */
    extensionSeconds: whole(0, 604_800),
    replayWindowSeconds: whole(1, 600),
    signsResponses: z.boolean(),
    /** Null: the coins of a store that has chosen none (`acceptedCoinsOf`). */
    acceptedCoins: z
      .array(z.custom<CoinId>(isCoinId, 'must name known coins'))
      .min(1, 'must name at least one coin')
      .nullable(),
    acceptedChainIds: z.array(knownChain).min(1, 'must name at least one network').nullable(),
    /** Bridged tokens of an accepted coin count too. */
    acceptsBridgedTokens: z.boolean(),
    minimumConfirmations: z
      .record(
        z.string().refine((id) => findChain(Number(id)) !== undefined, 'must name known chains'),
        whole(1, 100_000),
      )
      .nullable(),
    accentColor: accentColor.nullable(),
    /** Takes local and test networks only. */
    isTest: z.boolean(),
    returnsAutomatically: z.boolean(),
    notificationEmails: emails,
    emailsOrderCreated: z.boolean(),
    emailsOrderPaid: z.boolean(),
    emailsAttention: z.boolean(),
    emailsRefunds: z.boolean(),
    refundWebhooks: z.boolean(),
    reportRecipients: emails,
    dailyReports: z.boolean(),
    monthlyReports: z.boolean(),
    reportsWhenEmpty: z.boolean(),
    csvStyle: z.custom<CsvStyle>(isCsvStyle, `must be one of ${CSV_STYLE_LIST.join(', ')}`).nullable(),
    locale: z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'must be a language tag, such as en or pt-BR'),
    timeZone,
  })
  .partial();

export type StoreSettings = z.input<typeof storeSettings>;

/** An entry of a key's allowlist: an IPv4 or IPv6 address, or a CIDR range. */
const allowlistEntry = z
  .string()
  .trim()
  .refine((text) => ipaddr.isValidCIDR(text) || ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text), {
    message: 'must be IPv4 or IPv6 addresses or CIDR ranges',
  });

const ipAllowlist = z.array(allowlistEntry).max(100, 'must be at most 100 entries');

export const apiKeyFields = z.object({ name: line(100), ipAllowlist: ipAllowlist.default([]) });

export const apiKeyChange = z.object({ name: line(100), ipAllowlist });

/** The values that are given: a member that is undefined counts as absent. */
export const definedOnly = <T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;

/** Parses with a schema of this file; throws UserError `invalid_<thing>` whose message names the member and the reason. */
export const parseFields = <T>(
  schema: z.ZodType<T>,
  input: unknown,
  thing: 'merchant' | 'store' | 'api_key' | 'invitation',
): T => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const member = issue?.path.join('.') || thing;
  throw new UserError(`invalid_${thing}`, `${member}: ${issue?.message ?? 'is not valid'}`);
};
