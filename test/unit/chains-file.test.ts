// CHAINS_FILE and CHAIN_SETTINGS: what they may say, and that each mistake is named by its field (decisions 0087, 0107).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { loadChains, parseChainsFile } from '#chain/chains-file.ts';
import { BUILT_IN_ENTRIES } from '#domain/built-in-chains.ts';
import { chainOf } from '#domain/chain-entry.ts';
import {
  allChains,
  BUILT_IN_CHAINS,
  chainById,
  chainsDigest,
  configuredEntries,
  networkName,
  setConfiguredChains,
  tokenName,
  withConfigured,
} from '#domain/chains.ts';
import { ConfigError } from '#domain/errors.ts';
import { knownPayable } from '#domain/payable-address.ts';

const USDC = '0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E';
const USDT = '0x9702230A8Ea53601f5cD2dc00fDBc13d4dF4A8c7';

/** Avalanche's C-Chain: none of the built-in networks. */
const AVALANCHE = {
  id: 43_114,
  name: 'Avalanche',
  mark: 'AVAX',
  native: { symbol: 'AVAX', usd: '25.50' },
  rpcUrls: ['https://one.example/key', 'https://two.example'],
  wsUrls: ['wss://one.example/key'],
  publicRpcUrl: 'https://api.avax.network/ext/bc/C/rpc',
  explorerTxUrl: 'https://snowtrace.io/tx/',
  blockSeconds: 2,
  confirmation: [{ upTo: '1000', blocks: 10 }, { tag: 'finalized' }],
  gasPriceCapGwei: 100,
  tokens: [
    { coin: 'USDT', address: USDT, decimals: 6 },
    { coin: 'USDC', address: USDC, decimals: 6 },
  ],
};

type Member = string | number;
/** The file with another value at one place; undefined takes the member out. */
const changed = (path: readonly Member[], value: unknown): string => {
  const file = structuredClone({ chains: [AVALANCHE] }) as unknown as Record<Member, unknown>;
  let at = file as Record<Member, Record<Member, never>>;
  for (const part of path.slice(0, -1)) at = at[part] as never;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete at[last];
  else at[last] = value as never;
  return JSON.stringify(file);
};

const folder = mkdtempSync(join(tmpdir(), 'chains-file-'));
const pathOf = (text: string): string => {
  const path = join(folder, 'chains.json');
  writeFileSync(path, text);
  return path;
};
const load = (text: string, env: Record<string, string> = {}) => loadChains({ CHAINS_FILE: pathOf(text), ...env });
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
  return 'accepted';
};

afterEach(() => setConfiguredChains([]));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

test('a network of the file is known by everything that asks for one', () => {
  const before = chainsDigest();
  const [on, ...others] = load(JSON.stringify({ chains: [AVALANCHE] }));
  expect(others).toEqual([]);
  expect(on).toMatchObject({ rpcUrls: AVALANCHE.rpcUrls, wsUrls: AVALANCHE.wsUrls });
  expect(on?.chain).toEqual(chainById(43_114));
  expect(on?.chain).toEqual({
    ...{ id: 43_114, name: 'Avalanche', mark: 'AVAX', nativeSymbol: 'AVAX', nativeUsdCents: 2_550n, blockSeconds: 2 },
    ...{ settleWithinMinutes: 60, twoProvidersFrom: 100n * 10n ** 18n },
    publicRpcUrl: 'https://api.avax.network/ext/bc/C/rpc',
    explorerTxUrl: 'https://snowtrace.io/tx/',
    confirmation: {
      tiers: [
        { upToUnits: 1_000n * 10n ** 18n, need: { kind: 'depth', blocks: 10 } },
        { upToUnits: null, need: { kind: 'tag', tag: 'finalized' } },
      ],
    },
    ...{ gasPriceCap: 100n * 10n ** 9n, transferGas: 100_000n, isOpStack: false, isTest: false, local: false },
    tokens: [
      { coin: 1, address: USDT, decimals: 6, name: 'USDT', isBridged: false },
      { coin: 2, address: USDC, decimals: 6, name: 'USDC', isBridged: false },
    ],
  });
  expect(networkName(43_114)).toBe('Avalanche');
  expect(tokenName(43_114, USDC, 2)).toBe('USDC');
  expect(() => knownPayable(USDC)).toThrow('USDC on Avalanche');
  expect(chainsDigest()).not.toBe(before);
});

test('providers are no part of the digest, and variables have priority over the file', () => {
  load(JSON.stringify({ chains: [AVALANCHE] }));
  const digest = chainsDigest();
  const { rpcUrls: _, wsUrls: __, ...without } = AVALANCHE;
  expect(load(JSON.stringify({ chains: [without] }))).toEqual([]);
  expect(chainsDigest()).toBe(digest);
  expect(load(JSON.stringify({ chains: [AVALANCHE] }), { RPC_URLS_43114: 'https://three.example' })).toMatchObject([
    { rpcUrls: ['https://three.example'], wsUrls: [] },
  ]);
  expect(chainsDigest()).toBe(digest);
  load(changed(['chains', 0, 'blockSeconds'], 3));
  expect(chainsDigest()).not.toBe(digest);
});

test('without the variable, the built-in networks are all', () => {
  load(JSON.stringify({ chains: [AVALANCHE] }));
  loadChains({});
  expect(allChains()).toEqual(BUILT_IN_CHAINS);
});

test('the built-in table passes its own check, as entries of a file would', () => {
  expect(BUILT_IN_ENTRIES.map(chainOf)).toEqual(BUILT_IN_CHAINS);
  const names = BUILT_IN_CHAINS.flatMap(({ id, name, mark }) => [id, name, mark]);
  expect(new Set(names).size).toBe(3 * BUILT_IN_CHAINS.length);
});

describe('a mistake is named by its field', () => {
  const at = (...path: Member[]): Member[] => ['chains', 0, ...path];
  test.each<[Member[], unknown, string]>([
    [at('id'), 1, 'chains[0].id: is that of Ethereum: an entry adds a network and changes none'],
    [at('id'), 31_337, 'chains[0].id: is that of Local Chain A'],
    [at('id'), 2 ** 31, 'chains[0].id: must be a whole number from 1 to 2147483647'],
    [at('id'), '43114', 'chains[0].id: '],
    [at('name'), 'base', 'chains[0].name: is that of network 8453'],
    [at('name'), 'Ba\u0455e', 'chains[0].name: must have'],
    [at('name'), ' Base', 'chains[0].name: must have'],
    [at('mark'), 'ETH', 'chains[0].mark: is that of Ethereum'],
    [at('mark'), 'avax', 'chains[0].mark: must have'],
    [at('isTest'), 'no', 'chains[0].isTest: '],
    [at('local'), true, 'chains[0]: Unrecognized key: "local"'],
    [at('native', 'usd'), '-1', 'chains[0].native.usd: must be a decimal'],
    [at('native', 'usd'), 25.5, 'chains[0].native.usd: '],
    [at('native', 'symbol'), '', 'chains[0].native.symbol: must have'],
    [at('rpcUrls', 0), 'ftp://one.example', 'chains[0].rpcUrls[0]: must be an http(s) address'],
    [at('rpcUrls'), [], 'chains[0].wsUrls: needs rpcUrls'],
    [at('wsUrls', 0), 'https://one.example', 'chains[0].wsUrls[0]: must be a ws(s) address'],
    [at('publicRpcUrl'), 'http://api.avax.network', 'chains[0].publicRpcUrl: must be a public https address'],
    [at('publicRpcUrl'), 'https://api.avax.network/?key=1', 'chains[0].publicRpcUrl: must be a public https address'],
    [at('explorerTxUrl'), 'javascript:alert(1)', 'chains[0].explorerTxUrl: must be a public https address'],
    [at('blockSeconds'), 0, 'chains[0].blockSeconds: must be a number from 0.05 to 600'],
    [at('confirmation'), [], 'chains[0].confirmation: needs at least one tier'],
    [at('confirmation', 1, 'upTo'), '5', 'chains[0].confirmation[1].upTo: is needed in each tier but the last'],
    [at('confirmation', 0, 'upTo'), undefined, 'chains[0].confirmation[0].upTo: is needed in each tier but the last'],
    [at('confirmation', 0, 'upTo'), '0', 'chains[0].confirmation[0].upTo: must be a decimal'],
    [at('confirmation', 0, 'blocks'), 0, 'chains[0].confirmation[0].blocks: must be a whole number from 1'],
    [at('confirmation', 1, 'tag'), 'latest', 'chains[0].confirmation[1].tag: must be safe or finalized'],
    [at('confirmation', 1, 'blocks'), 3, 'chains[0].confirmation[1]: needs exactly one of blocks and tag'],
    [at('native', 'usd'), '20000', 'chains[0].gasPriceCapGwei: is too high: a transfer could cost more than 150'],
    [at('gasPriceCapGwei'), 0, 'chains[0].gasPriceCapGwei: must be a number'],
    [at('twoProvidersFrom'), '12,5', 'chains[0].twoProvidersFrom: must be a decimal in quotation marks'],
    [at('settleWithinMinutes'), 1_441, 'chains[0].settleWithinMinutes: must be a whole number from 0 to 1440'],
    [at('settleWithinMinutes'), 0.5, 'chains[0].settleWithinMinutes: must be a whole number'],
    [at('transferGas'), 20_000, 'chains[0].transferGas: must be a whole number from 21000'],
    [at('tokens'), [], 'chains[0].tokens: needs at least one token'],
    [at('tokens', 0, 'coin'), 'DAI', 'chains[0].tokens[0].coin: must be one of USDT, USDC'],
    [at('tokens', 0, 'address'), USDT.toLowerCase(), 'chains[0].tokens[0].address: is not in EIP-55 spelling'],
    [at('tokens', 0, 'address'), USDT.replace('A8c7', 'a8c7'), 'chains[0].tokens[0].address: is not in EIP-55'],
    [at('tokens', 0, 'address'), '0x12', 'chains[0].tokens[0].address: is no address'],
    [at('tokens', 1, 'address'), USDT, 'chains[0].tokens[1].address: is that of another token'],
    [at('tokens', 1, 'decimals'), 19, 'chains[0].tokens[1].decimals: must be a whole number from 2 to 18'],
    [at('tokens', 1, 'decimals'), '6', 'chains[0].tokens[1].decimals: '],
    [at('tokens', 0, 'name'), 'USDT0', "chains[0].tokens[0]: is the first USDT: it has the coin's own name"],
    [at('tokens', 0, 'isBridged'), true, 'chains[0].tokens[0]: is the first USDT'],
    [at('tokens', 1), { coin: 'USDT', address: USDC, decimals: 6 }, 'chains[0].tokens[1].name: is that of another'],
    [at('tokens', 1, 'name'), 'Bitcoin', 'chains[0].tokens[1].name: must begin with USD'],
    [at('tokens', 0, 'decimal'), 6, 'chains[0].tokens[0]: Unrecognized key: "decimal"'],
    [at('factory'), USDC, 'chains[0].factory: must be 0xbEf3'],
    [at('deployer'), USDC, 'chains[0].deployer: must be 0x4e59'],
    [at('rpcUrl'), 'https://one.example', 'chains[0]: Unrecognized key: "rpcUrl"'],
    [['chains', 1], AVALANCHE, 'chains[1].id: is that of Avalanche'],
    [['chains'], {}, 'chains: '],
    [['networks'], [], 'Unrecognized key: "networks"'],
  ])('%j: %j', (path, value, expected) => {
    expect(messageOf(() => load(changed(path, value)))).toContain(`CHAINS_FILE: ${expected}`);
    // A file that is refused changes nothing.
    expect(allChains()).toEqual(BUILT_IN_CHAINS);
  });

  test.each([
    ['rpcUrls', 'http://rpc.example.com'],
    ['wsUrls', 'ws://rpc.example.com'],
  ])('%s without encryption is refused in production, but not within a private network', (member, url) => {
    const file = (address: string) => changed(['chains', 0, member, 0], address);
    const message = `CHAINS_FILE: chains[0].${member}[0]: must be encrypted`;
    expect(messageOf(() => load(file(url), { NODE_ENV: 'production' }))).toContain(message);
    expect(messageOf(() => load(file(url), { NODE_ENV: 'development' }))).toBe('accepted');
    const inside = url.replace('rpc.example.com', 'node:8545');
    expect(messageOf(() => load(file(inside), { NODE_ENV: 'production' }))).toBe('accepted');
  });

  test('a file that is missing, or no JSON', () => {
    expect(messageOf(() => loadChains({ CHAINS_FILE: join(folder, 'none.json') }))).toBe(
      'CHAINS_FILE: cannot be read: ENOENT',
    );
    expect(messageOf(() => load('{"chains": ['))).toContain('CHAINS_FILE: is no JSON');
  });

  test('URLs of providers, which hold keys, are in no message', () => {
    for (const url of ['ftp://host/SECRET', 'http://host.example/SECRET', 'SECRET'])
      expect(messageOf(() => load(changed(['chains', 0, 'rpcUrls', 0], url), { NODE_ENV: 'production' }))).not.toMatch(
        /SECRET|accepted/,
      );
  });
});

/** Every place of the file, the file itself excepted. */
const places = (value: unknown, path: Member[] = []): Member[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => {
        const here = [...path, Array.isArray(value) ? Number(key) : key];
        return [here, ...places(inner, here)];
      })
    : [];

test('whatever stands at one place, the file is refused by name or makes a network that breaks nothing', () => {
  const anyPlace = fc.constantFrom(...places({ chains: [AVALANCHE] }));
  const anything = fc.oneof(fc.jsonValue(), fc.integer(), fc.double(), fc.constant(undefined), fc.string());
  fc.assert(
    fc.property(anyPlace, anything, (path, value) => {
      let entries: ReturnType<typeof parseChainsFile>['entries'];
      try {
        entries = parseChainsFile(changed(path, value), { production: true }).entries;
        withConfigured(entries);
      } catch (error) {
        const message = (error as Error).message;
        return /^(CHAINS_FILE: |chains\[)/.test(message);
      }
      return withConfigured(entries)
        .slice(BUILT_IN_CHAINS.length)
        .every(({ id, tokens, confirmation, gasPriceCap, publicRpcUrl, explorerTxUrl, local }) => {
          const isOurs = BUILT_IN_CHAINS.some((chain) => chain.id === id);
          const links = [publicRpcUrl, explorerTxUrl].every((url) => url === null || url.startsWith('https://'));
          const last = confirmation.tiers.at(-1);
          return !isOurs && !local && links && gasPriceCap > 0n && tokens.length > 0 && last?.upToUnits === null;
        });
    }),
    { numRuns: 2_000 },
  );
});

describe('CHAIN_SETTINGS', () => {
  const set = (settings: unknown, env: Record<string, string> = {}) =>
    loadChains({ CHAIN_SETTINGS: typeof settings === 'string' ? settings : JSON.stringify(settings), ...env });

  test('sets members of built-in networks and of those of the file, and nothing else', () => {
    const before = chainsDigest();
    const [avalanche] = set(
      {
        1: { settleWithinMinutes: 30, gasPriceCapGwei: 80, twoProvidersFrom: '0' },
        137: { confirmation: [{ upTo: '1000', blocks: 200 }, { tag: 'finalized' }] },
        43114: { settleWithinMinutes: 0 },
      },
      { CHAINS_FILE: pathOf(JSON.stringify({ chains: [AVALANCHE] })) },
    );
    expect(avalanche?.chain.settleWithinMinutes).toBe(0);
    const changed = allChains().filter((chain) => !BUILT_IN_CHAINS.includes(chain));
    expect(changed.map(({ id }) => id)).toEqual([1, 137, 43_114]);
    const [ethereum, polygon] = [1, 137].map((id) => BUILT_IN_CHAINS.find((chain) => chain.id === id));
    expect(chainById(1)).toEqual({
      ...{ ...ethereum, settleWithinMinutes: 30, gasPriceCap: 80n * 10n ** 9n, twoProvidersFrom: 0n },
    });
    expect(chainById(137)).toEqual({
      ...polygon,
      confirmation: {
        tiers: [
          { upToUnits: 1_000n * 10n ** 18n, need: { kind: 'depth', blocks: 200 } },
          { upToUnits: null, need: { kind: 'tag', tag: 'finalized' } },
        ],
      },
    });
    expect(chainsDigest()).not.toBe(before);
    // Browsers are given the file's entries as they are.
    expect(configuredEntries()).toMatchObject([{ id: 43_114 }]);
    expect(configuredEntries()[0]?.settleWithinMinutes).toBeUndefined();
  });

  test('are part of the digest by what they say, and without them it is what it was', () => {
    loadChains({});
    const bare = chainsDigest();
    set({ 1: { settleWithinMinutes: 30 }, 56: { gasPriceCapGwei: 9 } });
    const digest = chainsDigest();
    set('{ "56": { "gasPriceCapGwei": 9 }, "1": { "settleWithinMinutes": 30 } }');
    expect(chainsDigest()).toBe(digest);
    set({ 1: { settleWithinMinutes: 31 }, 56: { gasPriceCapGwei: 9 } });
    expect(chainsDigest()).not.toBe(digest);
    set('');
    expect(chainsDigest()).toBe(bare);
    expect(allChains()).toEqual(BUILT_IN_CHAINS);
  });

  test.each<[unknown, string]>([
    ['{"1": ', 'is no JSON'],
    ['[]', ''],
    [{ '01': {} }, '01: '],
    [{ base: {} }, 'base: '],
    [{ 999: { settleWithinMinutes: 1 } }, '999: no such chain'],
    [{ 43114: { settleWithinMinutes: 1 } }, '43114: no such chain'],
    [{ 1: { settleWithinMinutes: 1_441 } }, '1.settleWithinMinutes: must be a whole number from 0 to 1440'],
    [{ 1: { settleWithinMinutes: '30' } }, '1.settleWithinMinutes: '],
    [{ 1: { settleWithinMinutes: null } }, '1.settleWithinMinutes: '],
    [{ 8453: { gasPriceCapGwei: 0 } }, '8453.gasPriceCapGwei: must be a number'],
    [{ 1: { twoProvidersFrom: 100 } }, '1.twoProvidersFrom: '],
    [{ 1: { twoProvidersFrom: '-1' } }, '1.twoProvidersFrom: must be a decimal in quotation marks'],
    [{ 1: { twoProvidersFrom: '1e3' } }, '1.twoProvidersFrom: must be a decimal in quotation marks'],
    [{ 1: { twoProvidersFrom: '' } }, '1.twoProvidersFrom: must be a decimal in quotation marks'],
    [{ 1: { gasPriceCapGwei: 5_000 } }, '1.gasPriceCapGwei: is too high'],
    [{ 1: { confirmation: [] } }, '1.confirmation: needs at least one tier'],
    [{ 1: { confirmation: [{ blocks: 0 }] } }, '1.confirmation[0].blocks: must be a whole number from 1'],
    [{ 1: { confirmation: [{ block: 3 }] } }, '1.confirmation[0]: Unrecognized key: "block"'],
    [{ 1: { tokens: [] } }, '1: Unrecognized key: "tokens"'],
    [{ 1: { native: { symbol: 'ETH', usd: '1' } } }, '1: Unrecognized key: "native"'],
    [{ 1: { isTest: true } }, '1: Unrecognized key: "isTest"'],
  ])('%j is refused by its field, and changes nothing', (settings, message) => {
    expect(messageOf(() => set(settings))).toContain(`CHAIN_SETTINGS: ${message}`);
    expect(allChains()).toEqual(BUILT_IN_CHAINS);
  });
});
