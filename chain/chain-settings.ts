// CHAIN_SETTINGS: what an operator may set for each network without code, built in or of CHAINS_FILE (decision 0107). Only what servers go
// by: a browser that signs has its own table, which no server changes.
import { z } from 'zod';
import type { ChainSettings } from '#domain/chain-entry.ts';
import { ConfigError } from '#domain/errors.ts';

const VARIABLE = 'CHAIN_SETTINGS';

/** The form alone; `chainOf` (domain/chain-entry.ts) checks what the members say, as it does for entries. */
const settings = z.strictObject({
  settleWithinMinutes: z.exactOptional(z.number()),
  gasPriceCapGwei: z.exactOptional(z.number()),
  confirmation: z.exactOptional(
    z.array(z.strictObject({ upTo: z.string().optional(), blocks: z.number().optional(), tag: z.string().optional() })),
  ),
});
const byChain = z.record(z.string().regex(/^[1-9]\d{0,9}$/, 'is no chain id'), settings);

/** @param field `1.confirmation[0].blocks` */
export const settingsError = (field: string, reason: string): ConfigError =>
  new ConfigError(`${VARIABLE}: ${field === '' ? '' : `${field}: `}${reason}`);

/** By chain id. An empty text is none. Throws ConfigError. */
export const parseChainSettings = (text: string | undefined): ChainSettings => {
  if (!text) return new Map();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw settingsError('', `is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  const result = byChain.safeParse(json);
  if (!result.success) {
    const { path = [], message = 'is wrong' } = result.error.issues[0] ?? {};
    const field = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
    throw settingsError(field.replace(/^\./, ''), message);
  }
  return new Map(Object.entries(result.data).map(([id, values]) => [Number(id), values]));
};
