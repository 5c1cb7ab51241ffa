// The settings of a store as command-line options. The schema of db/merchants/store-settings.ts checks each value before the
// database is opened; the error names the option.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { type StoreSettings, storeSettings } from '#db/merchants/store-settings.ts';
import { webhookAddressWarnings } from '#domain/web-address.ts';
import { asCoins } from './coins-option.ts';
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

const asChains = (text: string): number[] | null =>
  text === 'all' ? null : text.split(',').map((id) => asInteger(id.trim()));

/** `1=20,31337=5` */
const asConfirmations = (text: string): Record<string, number> | null => {
  if (text === 'none') return null;
  return Object.fromEntries(
    text.split(',').map((entry) => {
      const [chain, blocks, ...rest] = entry.trim().split('=');
      if (!chain || !blocks || rest.length > 0)
        throw new InvalidArgumentError('must be CHAIN=BLOCKS pairs, for example 1=20,137=100');
      return [String(asInteger(chain)), asInteger(blocks)];
    }),
  );
};

const SETTINGS: readonly Setting[] = [
  { member: 'name', flags: '--name <name>', description: 'shown to shoppers', read: asText },
  {
    member: 'receiver',
    flags: '--receiver <address>',
    description: 'on-chain address that settlements pay, or `none`; existing intents keep theirs',
    read: orNone,
  },
  {
    member: 'webhookUrl',
    flags: '--webhook-url <url>',
    description: 'URL that webhooks are sent to, or `none`',
    read: orNone,
  },
  { member: 'logoUrl', flags: '--logo-url <url>', description: 'shown on the checkout page, or `none`', read: orNone },
  {
    member: 'supportContact',
    flags: '--support <contact>',
    description: 'e-mail address or URL for shoppers, or `none`',
    read: orNone,
  },
  {
    member: 'acceptedChainIds',
    flags: '--chains <ids>',
    description: 'accepted chains, for example 1,137, or `all` enabled ones',
    read: asChains,
  },
  {
    member: 'acceptsBridgedTokens',
    flags: '--bridged-tokens <on|off>',
    description: 'count bridged tokens such as USDC.e as payments too, for new intents',
    read: asSwitch,
  },
  {
    member: 'minimumConfirmations',
    flags: '--confirmations <pairs>',
    description: 'more confirmations than the chain requires, for example 1=20,137=100, or `none`',
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
    description: 'how long a part payment extends a checkout, once (0 to 604800)',
    read: asInteger,
  },
  {
    member: 'replayWindowSeconds',
    flags: '--replay-window-seconds <n>',
    description: "how far a request's timestamp may be from our clock, in seconds (1 to 600)",
    read: asInteger,
  },
  {
    member: 'signsResponses',
    flags: '--sign-responses <on|off>',
    description: 'sign the responses of the API',
    read: asSwitch,
  },
  {
    member: 'feeBps',
    flags: '--fee-bps <n>',
    description: "the platform's fee in basis points, for new intents",
    read: asInteger,
  },
  {
    member: 'minFeeUnits',
    flags: '--min-fee <coins>',
    description: 'minimum fee in coin, for example 0.10',
    read: asCoins,
  },
  {
    member: 'isTest',
    flags: '--test <on|off>',
    description: 'a test store: takes test and local networks only, for ever',
    read: asSwitch,
  },
  { member: 'status', flags: '--status <status>', description: 'active, suspended or applied', read: asText },
  {
    member: 'timeZone',
    flags: '--time-zone <zone>',
    description: "the store's IANA time zone, for example Europe/Berlin",
    read: asText,
  },
];

/** Adds an option for every setting except those in `without`. */
export const addStoreOptions = (command: Command, without: readonly (keyof StoreSettings)[] = []): Command => {
  for (const { member, flags, description, read } of SETTINGS) {
    if (without.includes(member)) continue;
    // commander treats null as "no value", so the parser returns the text, and givenSettings parses it again.
    const check = (text: string): string => {
      const result = storeSettings.shape[member].safeParse(read(text));
      if (result.success) return text;
      throw new InvalidArgumentError(reasonOf(result.error));
    };
    command.addOption(new Option(flags, description).argParser(check));
  }
  return command;
};

/** The schema's message, or ours in place of a default message of zod. */
const reasonOf = ({ issues: [issue] }: z.ZodError): string => {
  if (issue?.code === 'too_big' && issue.origin === 'number') return `must be at most ${issue.maximum}`;
  if (issue?.code === 'too_small' && issue.origin === 'number') return `must be at least ${issue.minimum}`;
  if (issue?.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  return issue?.message ?? 'is not valid';
};

/** The settings given on the command line. */
export const givenSettings = (options: Record<string, unknown>): StoreSettings =>
  Object.fromEntries(
    SETTINGS.flatMap(({ member, flags, read }) => {
      const text = options[new Option(flags).attributeName()];
      return typeof text === 'string' ? [[member, read(text)]] : [];
    }),
  );

/** Warns about webhook URLs that are known to cause problems for receivers. */
export const warnAboutWebhook = ({ webhookUrl }: StoreSettings): void => {
  for (const line of webhookUrl ? webhookAddressWarnings(webhookUrl) : []) warn(`--webhook-url: ${line}`);
};
