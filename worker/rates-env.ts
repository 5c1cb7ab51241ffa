// The source of fiat rates: RATES, and with `providers` also RATE_PROVIDERS, a JSON list.
import { z } from 'zod';
import type { RateProviderSettings } from '#activities/rate-provider.ts';
import type { RatesSource } from '#activities/rates.ts';
import type { Env } from '#domain/config.ts';
import { ConfigError } from '#domain/errors.ts';
import { QUOTES_NEEDED } from '#domain/rate-quotes.ts';

const provider = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,32}$/, 'must be 1 to 32 letters, digits, dots, dashes or underscores'),
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
  path: z
    .string()
    .refine((path) => path.includes('{currency}'), 'must contain {currency}, e.g. rates.{currency}')
    .default('rates.{currency}'),
  quotes: z.enum(['units_per_usd', 'usd_per_unit'], { error: 'must be units_per_usd or usd_per_unit' }),
});

const providers = z
  .array(provider)
  .min(QUOTES_NEEDED, `must name at least ${QUOTES_NEEDED} providers: nothing checks a single one`)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'must have different names');

/** Throws ConfigError that names the variable, the member and the reason, never the value: URLs may hold keys. */
export const readRatesSource = (env: Env, production: boolean): RatesSource => {
  const source = env.RATES || undefined;
  if (source === undefined) {
    if (production) throw new ConfigError('RATES: is needed in production: providers, static or off');
    return 'static';
  }
  if (source === 'static' || source === 'off') return source;
  if (source !== 'providers') throw new ConfigError('RATES: must be providers, static or off');
  return readProviders(env.RATE_PROVIDERS ?? '');
};

const readProviders = (text: string): RateProviderSettings[] => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError('RATE_PROVIDERS: must be a JSON list of {name, url, path, quotes}');
  }
  const result = providers.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ConfigError(`RATE_PROVIDERS: ${issue?.path.join('.')} ${issue?.message}`.replace(':  ', ': '));
};
