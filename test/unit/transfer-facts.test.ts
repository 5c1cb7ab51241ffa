// The reviews show what is signed: everything is read from the transaction's bytes and our own table of chains and tokens.
import { describe, expect, test } from 'vitest';
import type { Address, Hex } from '#domain/address.ts';
import { BUILT_IN_CHAINS, chainById } from '#domain/chains.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { chainsWith } from '#web/account/keys/known-chains.ts';
import { feeCeiling, transferFacts } from '#web/account/keys/transfer-facts.ts';
import type { UnsignedTransaction } from '#web/account/server/account-types.ts';

const SHOP: Address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const USDT: Address = '0xdAC17F958D2ee523a2206206994597C13D831ec7';
const GWEI = 1_000_000_000n;

const unsigned = (changes: Partial<Record<keyof UnsignedTransaction, unknown>> = {}): UnsignedTransaction =>
  ({
    ...{ type: 2, chainId: 1, nonce: 7, to: USDT, data: transferCalldata(SHOP, baseUnitsOf(10_000_000n)), value: '0' },
    ...{ gasLimit: '78000', maxFeePerGas: String(20n * GWEI), maxPriorityFeePerGas: String(GWEI) },
    ...changes,
  }) as UnsignedTransaction;

test('amount, token, network and highest fee come from the transaction', () => {
  expect(transferFacts(unsigned())).toEqual({
    transaction: unsigned(),
    network: 'Ethereum',
    symbol: 'USDT',
    amount: '10.0000',
    amountBaseUnits: 10_000_000n,
    recipient: SHOP,
    highestFee: { native: '0.00156', symbol: 'ETH', usd: '4.68' },
    hasDataCharge: false,
    addedBySite: null,
  });
});

describe('what once passed with other words beside it', () => {
  test('"10.0000 USDT" shown, 10,000,000 signed: the ten million are shown', () => {
    const data = transferCalldata(SHOP, baseUnitsOf(10_000_000_000_000n));
    expect(transferFacts(unsigned({ data }))).toMatchObject({ amount: '10000000.0000', symbol: 'USDT' });
    // Tokens of 18 decimals are read with theirs.
    const [bnb] = BUILT_IN_CHAINS.filter(({ id }) => id === 56);
    expect(
      transferFacts(unsigned({ chainId: 56, to: bnb?.tokens[0]?.address, maxFeePerGas: String(GWEI) })),
    ).toMatchObject({
      amount: '0.00000000001',
      network: 'BNB Chain',
    });
  });

  test('"$0.20" shown, up to 60 ETH signed: refused above a ceiling', () => {
    const price = (60n * 10n ** 18n) / 78_000n;
    expect(() => transferFacts(unsigned({ maxFeePerGas: String(price) }))).toThrow(
      expect.objectContaining({ code: 'fee_too_high' }),
    );
    // A gas limit is worth as much as a price.
    expect(() => transferFacts(unsigned({ gasLimit: '30000000' }))).toThrow(
      expect.objectContaining({ code: 'fee_too_high' }),
    );
    for (const chain of BUILT_IN_CHAINS) {
      const [token] = chain.tokens;
      const at = (maxFeePerGas: bigint) =>
        unsigned({
          chainId: chain.id,
          to: token?.address,
          gasLimit: '1',
          maxFeePerGas: String(maxFeePerGas),
          maxPriorityFeePerGas: '0',
        });
      expect(transferFacts(at(feeCeiling(chain))).network).toBe(chain.name);
      expect(() => transferFacts(at(feeCeiling(chain) + 1n))).toThrow(
        expect.objectContaining({ code: 'fee_too_high' }),
      );
      // Nobody loses more than this by one approval.
      if (!chain.local) expect(feeCeiling(chain) * chain.nativeUsdCents).toBeLessThanOrEqual(150_00n * 10n ** 18n);
    }
  });

  test('"Polygon" shown, Ethereum signed: Ethereum is shown', () => {
    expect(transferFacts(unsigned()).network).toBe('Ethereum');
    // The same token address on another chain is none of its tokens.
    expect(() => transferFacts(unsigned({ chainId: 137 }))).toThrow(expect.objectContaining({ code: 'unknown_token' }));
  });

  test('a token or network that is none of ours: refused', () => {
    for (const to of [SHOP, '0x0000000000000000000000000000000000000000', USDT.toLowerCase(), USDT.toUpperCase()])
      expect(() => transferFacts(unsigned({ to }))).toThrow(expect.objectContaining({ code: 'unknown_token' }));
    for (const chainId of [2, 5, 43114, 9007199254740991])
      expect(() => transferFacts(unsigned({ chainId }))).toThrow(expect.objectContaining({ code: 'unknown_network' }));
    // A bridged token of ours is called by its own name.
    const bridged = chainById(10).tokens.find(({ isBridged }) => isBridged);
    const cheap = { maxFeePerGas: '1000', maxPriorityFeePerGas: '1' };
    expect(transferFacts(unsigned({ chainId: 10, to: bridged?.address, ...cheap }))).toMatchObject({
      symbol: 'USDC.e',
      hasDataCharge: true,
    });
  });
});

test.each<[string, Partial<Record<keyof UnsignedTransaction, unknown>>]>([
  ['another type', { type: 0 }],
  ['blobs', { type: 3 }],
  ['delegation (EIP-7702)', { type: 4 }],
  ['native coin beside it', { value: '1' }],
  ['native coin as a number', { value: 0 }],
  ['an approval', { data: `0x095ea7b3${transferCalldata(SHOP, baseUnitsOf(1n)).slice(10)}` }],
  ['transferFrom', { data: '0x23b872dd' }],
  ['bytes after the call', { data: `${transferCalldata(SHOP, baseUnitsOf(1n))}00` }],
  ['dirty bytes before the address', { data: transferCalldata(SHOP, baseUnitsOf(1n)).replace('bb0', 'bb1') }],
  ['a deployment', { to: null }],
  ['data that is no text', { data: [transferCalldata(SHOP, baseUnitsOf(1n))] }],
  ['a recipient that is an object', { to: { toString: () => USDT } }],
  ['a chain in text', { chainId: '1' }],
  ['half a chain', { chainId: 1.5 }],
  ['a negative nonce', { nonce: -1 }],
  ['a fee in hex', { maxFeePerGas: '0x1' }],
  ['a fee as a number', { maxFeePerGas: 1 }],
  ['a negative fee', { maxFeePerGas: '-1' }],
  ['a tip above the fee', { maxPriorityFeePerGas: String(21n * GWEI) }],
])('%s is refused', (_, changes) => {
  expect(() => transferFacts(unsigned(changes))).toThrow(expect.objectContaining({ code: 'not_reviewed' }));
});

test('members that are not shown are not signed', () => {
  const more = {
    ...unsigned(),
    accessList: [{ address: SHOP, storageKeys: [] }],
    from: SHOP,
    amount: '1.0000',
    fee: '0',
  };
  expect(transferFacts(more).transaction).toEqual(unsigned());
  expect(transferFacts({ ...unsigned(), data: unsigned().data.toLowerCase() as Hex }).amount).toBe('10.0000');
});

describe('networks that the site added', () => {
  const TOKEN: Address = '0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E';
  const ADDED = {
    ...{ id: 43_114, name: 'Avalanche', mark: 'AVAX', native: { symbol: 'AVAX', usd: '25' }, blockSeconds: 2 },
    ...{ confirmation: [{ blocks: 3 }], gasPriceCapGwei: 100 },
    tokens: [{ coin: 'USDC', address: TOKEN, decimals: 6 }],
  };
  const shown = (page: unknown, changes: Partial<Record<keyof UnsignedTransaction, unknown>> = {}) =>
    transferFacts(unsigned(changes), chainsWith(typeof page === 'string' ? page : JSON.stringify(page)));
  const there = { chainId: 43_114, to: TOKEN };

  test('are shown as the site calls them, with the chain id and the contract that are signed', () => {
    expect(shown([ADDED], there)).toMatchObject({
      ...{ network: 'Avalanche', symbol: 'USDC', amount: '10.0000' },
      highestFee: { native: '0.00156', symbol: 'AVAX', usd: '0.04' },
      addedBySite: { chainId: 43_114, contract: TOKEN },
    });
    expect(shown([ADDED]).addedBySite).toBeNull();
    expect(() => shown([ADDED], { ...there, to: USDT })).toThrow(expect.objectContaining({ code: 'unknown_token' }));
    const dear = { ...there, maxFeePerGas: String(10n ** 15n) };
    expect(() => shown([ADDED], dear)).toThrow(expect.objectContaining({ code: 'fee_too_high' }));
  });

  test.each<[string, unknown]>([
    [
      'a built-in network with other decimals',
      [{ ...ADDED, id: 1, tokens: [{ coin: 'USDT', address: USDT, decimals: 2 }] }],
    ],
    ['the name of a built-in network', [{ ...ADDED, name: 'ethereum' }]],
    ['a local network', [{ ...ADDED, local: true }]],
    [
      'one entry that is wrong beside one that is right',
      [ADDED, { ...ADDED, id: 2, name: 'B2', mark: 'B2', tokens: [] }],
    ],
    ['the same id twice', [ADDED, { ...ADDED, name: 'B2', mark: 'B2' }]],
    ['a cap that would burn the wallet’s coin', [{ ...ADDED, gasPriceCapGwei: 10_001 }]],
    ['texts in place of numbers', [{ ...ADDED, id: '43114' }]],
    ['an amount that is an object', [{ ...ADDED, tokens: [{ ...ADDED.tokens[0], decimals: { valueOf: 2 } }] }]],
    ['no entries', [null]],
    ['no list', { 0: ADDED }],
    ['no JSON', '<script>'],
  ])('a page that claims %s adds nothing, and changes nothing of the built-in ones', (_, page) => {
    expect(() => shown(page, there)).toThrow(expect.objectContaining({ code: 'unknown_network' }));
    expect(shown(page)).toEqual(transferFacts(unsigned(), chainsWith(null)));
  });
});
