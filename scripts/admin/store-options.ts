// The settings of a store as options of the command line. Each value is checked by the schema of db/merchants/store-settings.ts,
// so that a wrong one is refused before anything is opened, in a line that names the option.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { type StoreSettings, storeSettings } from '#db/merchants/store-settings.ts';
import { parseUnits } from '#domain/money.ts';
import { webhookAddressWarnings } from '#domain/web-address.ts';
import { warn } from './context.ts';

interface Setting {
  member: keyof StoreSettings;
  flags: string;
  description: string;
  read: (text: string) => unknown;
}

const asText = (text: string): string => text;
const orNone = (text: string): string | null => (text === 'none' ? null : text);

const asInteger = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
};

const asSwitch = (text: string): boolean => {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('must be on or off');
  return text === 'on';
};

const asCoins = (text: string): bigint => {
  const units = parseUnits(text);
  if (units === undefined) throw new InvalidArgumentError('must be an amount of coin, as 0.10');
  return units;
};

const asChains = (text: string): number[] | null =>
  text === 'all' ? null : text.split(',').map((id) => asInteger(id.trim()));

/** `1=20,31337=5` */
const asConfirmations = (text: string): Record<string, number> | null => {
  if (text === 'none') return null;
  return Object.fromEntries(
    text.split(',').map((entry) => {
      const [chain, blocks, ...rest] = entry.trim().split('=');
      if (!chain || !blocks || rest.length > 0)
        throw new InvalidArgumentError('must be CHAIN=BLOCKS pairs, as 1=20,137=100');
      return [String(asInteger(chain)), asInteger(blocks)];
    }),
  );
};

const SETTINGS: readonly Setting[] = [
  { member: 'name', flags: '--name <name>', description: 'shown to shoppers', read: asText },
  {
    member: 'receiver',
    flags: '--receiver <address>',
    description: 'where settlements pay, or `none`; intents that exist keep theirs',
    read: orNone,
  },
  { member: 'webhookUrl', flags: '--webhook-url <url>', description: 'where webhooks go, or `none`', read: orNone },
  { member: 'logoUrl', flags: '--logo-url <url>', description: 'shown on the checkout page, or `none`', read: orNone },
  {
    member: 'supportContact',
    flags: '--support <contact>',
    description: 'e-mail or address for shoppers, or `none`',
    read: orNone,
  },
  {
    member: 'acceptedChainIds',
    flags: '--chains <ids>',
    description: 'accepted chains, as 1,137, or `all` that are on',
    read: asChains,
  },
  {
    member: 'minimumConfirmations',
    flags: '--confirmations <pairs>',
    description: 'more blocks than the chain asks for, as 1=20,137=100, or `none`',
    read: asConfirmations,
  },
  {
    member: 'toleranceBps',
    flags: '--tolerance-bps <n>',
    description: 'shortfall that counts as paid, in basis points (0 to 1000)',
    read: asInteger,
  },
  {
    member: 'checkoutTtlSeconds',
    flags: '--ttl-seconds <n>',
    description: 'how long a checkout stays open (60 to 604800)',
    read: asInteger,
  },
  {
    member: 'extensionSeconds',
    flags: '--extension-seconds <n>',
    description: 'by how much a part payment extends a checkout, once (0 to 604800)',
    read: asInteger,
  },
  {
    member: 'replayWindowSeconds',
    flags: '--replay-window-seconds <n>',
    description: 'how far a request may be from our clock (1 to 600)',
    read: asInteger,
  },
  {
    member: 'signsResponses',
    flags: '--sign-responses <on|off>',
    description: 'sign the answers of the API',
    read: asSwitch,
  },
  {
    member: 'feeBps',
    flags: '--fee-bps <n>',
    description: "the platform's fee in basis points, for new intents",
    read: asInteger,
  },
  { member: 'minFeeUnits', flags: '--min-fee <coins>', description: 'its minimum in coin, as 0.10', read: asCoins },
  { member: 'status', flags: '--status <status>', description: 'active, suspended or applied', read: asText },
  {
    member: 'timeZone',
    flags: '--time-zone <zone>',
    description: "the store's IANA time zone, as Europe/Berlin",
    read: asText,
  },
];

/** Adds an option for every setting but those in `without`. */
export const addStoreOptions = (command: Command, without: readonly (keyof StoreSettings)[] = []): Command => {
  for (const { member, flags, description, read } of SETTINGS) {
    if (without.includes(member)) continue;
    // commander takes a null for "no value": the text is checked here and read again in givenSettings.
    const check = (text: string): string => {
      const result = storeSettings.shape[member].safeParse(read(text));
      if (result.success) return text;
      throw new InvalidArgumentError(reasonOf(result.error));
    };
    command.addOption(new Option(flags, description).argParser(check));
  }
  return command;
};

/** The schema's own words, or ours where it has only its library's. */
const reasonOf = ({ issues: [issue] }: z.ZodError): string => {
  if (issue?.code === 'too_big' && issue.origin === 'number') return `must be at most ${issue.maximum}`;
  if (issue?.code === 'too_small' && issue.origin === 'number') return `must be at least ${issue.minimum}`;
  if (issue?.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  return issue?.message ?? 'is not valid';
};

/** The settings that were given on the command line. */
export const givenSettings = (options: Record<string, unknown>): StoreSettings =>
  Object.fromEntries(
    SETTINGS.flatMap(({ member, flags, read }) => {
      const text = options[new Option(flags).attributeName()];
      return typeof text === 'string' ? [[member, read(text)]] : [];
    }),
  );

/** Says what is known to trip receivers about the webhook address that is being set. */
export const warnAboutWebhook = ({ webhookUrl }: StoreSettings): void => {
  for (const line of webhookUrl ? webhookAddressWarnings(webhookUrl) : []) warn(`--webhook-url: ${line}`);
};
