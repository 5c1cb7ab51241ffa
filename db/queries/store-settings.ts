// The settings of a store and the rules for their values, in one place for the operator's commands, the console and seeds.
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { type Address, parseAddress, ZERO_ADDRESS } from '#domain/address.ts';
import { findChain } from '#domain/chains.ts';
import { UserError } from '#domain/errors.ts';
import { isStorableText } from '#domain/text.ts';
import { webAddressProblem, webhookAddressProblem } from '#domain/web-address.ts';

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((text) => isStorableText(text) && !/\p{Cc}/u.test(text), 'must be one line of plain text');

const checked = (problem: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const message = problem(text);
    if (message) context.addIssue({ code: 'custom', message });
  });

const receiver = z.string().transform((text, context): Address => {
  const address = parseAddress(text);
  if (address && address !== ZERO_ADDRESS) return address;
  context.addIssue({
    code: 'custom',
    message: 'must be an address (0x and 40 hex digits) with a right EIP-55 checksum',
  });
  return z.NEVER;
});

const knownChain = z.number().refine((id) => findChain(id) !== undefined, 'must name known chains');

/** A served path of our own, or an address on the web. */
const logoUrl = checked((text) =>
  /^\/[\w./-]+$/.test(text) && !text.includes('..') ? undefined : webAddressProblem(text),
);

const timeZone = z.string().refine((zone) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}, 'must be an IANA time zone, as Europe/Berlin');

export const merchantFields = z.object({
  name: line(255),
  email: z
    .string()
    .trim()
    .toLowerCase()
    .max(254)
    .pipe(z.email({ message: 'must be an e-mail address' })),
});

/** All that can be set on a store. Members that are absent stay as they are; null clears those that may be empty. */
export const storeSettings = z
  .strictObject({
    name: line(255),
    logoUrl: logoUrl.nullable(),
    supportContact: line(255).nullable(),
    status: z.enum(['applied', 'active', 'suspended']),
    /** Where settlements pay. Intents that exist keep the receiver they were made with. */
    receiver: receiver.nullable(),
    feeBps: z.int().min(0).max(10_000),
    minFeeUnits: z
      .bigint()
      .min(0n)
      .max(10n ** 30n),
    webhookUrl: checked(webhookAddressProblem).nullable(),
    toleranceBps: z.int().min(0).max(1_000),
    checkoutTtlSeconds: z.int().min(60).max(604_800),
    /** By how much a part payment extends the checkout, once. */
    extensionSeconds: z.int().min(0).max(604_800),
    replayWindowSeconds: z.int().min(1).max(600),
    signsResponses: z.boolean(),
    acceptedChainIds: z.array(knownChain).min(1, 'must name at least one chain').nullable(),
    minimumConfirmations: z
      .record(
        z.string().refine((id) => findChain(Number(id)) !== undefined, 'must name known chains'),
        z.int().min(1).max(100_000),
      )
      .nullable(),
    locale: z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'must be a language tag, as en or pt-BR'),
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

export const apiKeyFields = z.object({
  name: line(100),
  ipAllowlist: z.array(allowlistEntry).max(100).default([]),
});

/** Parses with a schema of this file; throws UserError `invalid_<thing>` whose message names the member and the reason. */
export const parseFields = <T>(schema: z.ZodType<T>, input: unknown, thing: 'merchant' | 'store' | 'api_key'): T => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const member = issue?.path.join('.') || thing;
  throw new UserError(`invalid_${thing}`, `${member}: ${issue?.message ?? 'is not valid'}`);
};
