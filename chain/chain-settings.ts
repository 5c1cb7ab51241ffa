// CHAIN_SETTINGS: what an operator may set for each network without code, built in or of CHAINS_FILE (decision 0107). Only what servers go
// by: a browser that signs has its own table, which no server changes.
import { z } from 'zod';
import type { ChainSettings } from '#domain/chain-entry.ts';
import { jsonSetting } from './json-setting.ts';

/** The form alone; `chainOf` (domain/chain-entry.ts) checks what the members say, as it does for entries. */
const settings = z.strictObject({
  settleWithinMinutes: z.exactOptional(z.number()),
  gasPriceCapGwei: z.exactOptional(z.number()),
  twoProvidersFrom: z.exactOptional(z.string()),
  confirmation: z.exactOptional(
    z.array(z.strictObject({ upTo: z.string().optional(), blocks: z.number().optional(), tag: z.string().optional() })),
  ),
});
const byChain = z.record(z.string().regex(/^[1-9]\d{0,9}$/, 'is no chain id'), settings);

const setting = jsonSetting('CHAIN_SETTINGS', byChain);

/** @param field `1.confirmation[0].blocks` */
export const settingsError = setting.wrong;

/** By chain id. An empty text is none. Throws ConfigError. */
export const parseChainSettings = (text: string | undefined): ChainSettings =>
  new Map(text ? Object.entries(setting.parse(text)).map(([id, values]) => [Number(id), values]) : []);
