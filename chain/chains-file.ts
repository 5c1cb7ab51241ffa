// CHAINS_FILE: networks that an operator adds without code (decision 0087). Read once, at the start of a process, before anything
// asks for a network.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type ChainEntry, ChainEntryError } from '#domain/chain-entry.ts';
import { setConfiguredChains } from '#domain/chains.ts';
import { type ChainUrls, type EnabledChain, type Env, enabledChains } from '#domain/config.ts';
import { isOpenNode } from '#domain/production-settings.ts';
import { parseChainSettings, settingsError } from './chain-settings.ts';
import { jsonSetting } from './json-setting.ts';

const urls = (protocol: RegExp, kind: string) =>
  z.array(z.url({ protocol, error: `must be ${kind}` }).max(2_000), { error: 'must be a list of addresses' }).max(20);

/** The form alone; `chainOf` (domain/chain-entry.ts) checks what the members say. */
const chain = z.strictObject({
  id: z.number(),
  name: z.string(),
  mark: z.string(),
  isTest: z.boolean().optional(),
  native: z.strictObject({ symbol: z.string(), usd: z.string() }),
  rpcUrls: urls(/^https?$/, 'an http(s) address').default([]),
  wsUrls: urls(/^wss?$/, 'a ws(s) address').default([]),
  publicRpcUrl: z.string().nullish(),
  explorerTxUrl: z.string().nullish(),
  blockSeconds: z.number(),
  confirmation: z.array(
    z.strictObject({ upTo: z.string().optional(), blocks: z.number().optional(), tag: z.string().optional() }),
  ),
  twoProvidersFrom: z.string().optional(),
  gasPriceCapGwei: z.number(),
  settleWithinMinutes: z.number().optional(),
  transferGas: z.number().optional(),
  isOpStack: z.boolean().optional(),
  tokens: z.array(
    z.strictObject({
      coin: z.string(),
      address: z.string(),
      decimals: z.number(),
      name: z.string().optional(),
      isBridged: z.boolean().optional(),
    }),
  ),
  factory: z.string().optional(),
  deployer: z.string().optional(),
});
const file = z.strictObject({ chains: z.array(chain).max(100) });

interface ChainsFile {
  entries: ChainEntry[];
  /** By the network's id. */
  urls: Map<number, ChainUrls>;
}

const VARIABLE = 'CHAINS_FILE';
const setting = jsonSetting(VARIABLE, file);
const { wrong } = setting;

/** Reads the text of the file. Throws ConfigError that names the field and the reason, never an address of a provider. */
export const parseChainsFile = (text: string, { production }: { production: boolean }): ChainsFile => {
  const { chains } = setting.parse(text);
  const read: ChainsFile = { entries: [], urls: new Map() };
  for (const [index, { rpcUrls, wsUrls, ...entry }] of chains.entries()) {
    for (const [name, list] of Object.entries({ rpcUrls, wsUrls })) {
      const open = production ? list.findIndex(isOpenNode) : -1;
      if (open >= 0)
        throw wrong(`chains[${index}].${name}[${open}]`, 'must be encrypted (https, wss) outside of a private network');
    }
    if (wsUrls.length > 0 && rpcUrls.length === 0) throw wrong(`chains[${index}].wsUrls`, 'needs rpcUrls');
    read.entries.push(entry);
    read.urls.set(entry.id, { rpcUrls, wsUrls });
  }
  return read;
};

/**
 * The networks that are on, of the table and of CHAINS_FILE, as CHAIN_SETTINGS sets them. From then on this process knows them so. Throws
 * ConfigError that names the variable, the field and the reason.
 */
export const loadChains = (env: Env, { production = env.NODE_ENV === 'production' } = {}): EnabledChain[] => {
  const path = env[VARIABLE];
  const { entries, urls } = path
    ? parseChainsFile(readText(path), { production })
    : { entries: [], urls: new Map<number, ChainUrls>() };
  const settings = parseChainSettings(env.CHAIN_SETTINGS);
  try {
    setConfiguredChains(entries, settings);
  } catch (error) {
    if (!(error instanceof ChainEntryError)) throw error;
    throw error.field.startsWith('chains[')
      ? wrong(error.field, error.reason)
      : settingsError(error.field, error.reason);
  }
  return enabledChains(env, urls);
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw wrong('', `cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
};
