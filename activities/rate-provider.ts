// Reads fiat rates from a JSON provider over HTTP. Configuration says its URL, where each currency is in the response, and the
// direction of its quotes.
import { request } from 'undici';
import { CURRENCY_IDS, type CurrencyId, currencySymbol } from '#domain/currencies.ts';
import { parseRate, RATE_SCALE } from '#domain/pricing.ts';

export interface RateProviderSettings {
  /** Stored with each rate. */
  name: string;
  url: string;
  /** Path to a rate in the response, members joined by dots: `rates.{currency}`, where `{currency}` is `EUR` and so on. */
  path: string;
  /** Most providers say how many units one dollar buys. */
  quotes: 'units_per_usd' | 'usd_per_unit';
}

const TIMEOUT_MS = 10_000;
const RESPONSE_MAX_BYTES = 1024 * 1024;

/** Rates by currency, in coin per unit of fiat (scaled by 1e10). Throws when the provider fails. */
export const fetchRates = async (settings: RateProviderSettings): Promise<Map<CurrencyId, bigint>> => {
  const { statusCode, body } = await request(settings.url, {
    headers: { accept: 'application/json' },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`${settings.name} responded with HTTP ${statusCode}`);
  }
  const response = parse(settings.name, await readText(settings.name, body));
  const rates = new Map<CurrencyId, bigint>();
  for (const currency of CURRENCY_IDS) {
    const rate = rateOf(settings, currency, response);
    if (rate !== null) rates.set(currency, rate);
  }
  return rates;
};

const readText = async (name: string, body: AsyncIterable<Buffer>): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > RESPONSE_MAX_BYTES) throw new Error(`${name} responded with more than a megabyte`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

const parse = (name: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${name} did not respond with JSON`, { cause });
  }
};

const rateOf = ({ path, quotes }: RateProviderSettings, currency: CurrencyId, response: unknown): bigint | null => {
  const symbol = currencySymbol(currency);
  // Few providers list their base currency.
  if (symbol === 'USD') return RATE_SCALE;
  const members = path.replaceAll('{currency}', symbol).split('.');
  let value = response;
  for (const member of members) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, member)) return null;
    value = (value as Record<string, unknown>)[member];
  }
  const quoted = typeof value === 'string' ? value : typeof value === 'number' ? value.toFixed(10) : '';
  const parsed = parseRate(quoted);
  if (parsed === undefined || parsed <= 0n) return null;
  return quotes === 'usd_per_unit' ? parsed : (RATE_SCALE * RATE_SCALE) / parsed;
};
