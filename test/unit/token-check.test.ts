// The verdict on a token's decimals and symbol, and how their returned data is read.
import { describe, expect, test } from 'vitest';
import { BUILT_IN_CHAINS, chainById, isUnwantedToken, primaryTokensOf, tokenName, tokenOf } from '#domain/chains.ts';
import { decimalsFromResult, textFromResult } from '#domain/erc20.ts';
import { troubleOfToken } from '#domain/token-check.ts';

const OPTIMISM = chainById(10);
const USDT0 = '0x01bFF41798a0BcF287b996046Ca68b395DbC1071';

describe('families', () => {
  test('Optimism has the old USDT, which is primary, and USDT0', () => {
    expect(OPTIMISM.tokens.filter(({ coin }) => coin === 1).map(({ address, name }) => [name, address])).toEqual([
      ['USDT', '0x94b008aA00579c1307B0EF2c499aD98a8ce58e58'],
      ['USDT0', USDT0],
    ]);
    expect(tokenOf(OPTIMISM, 1)?.name).toBe('USDT');
    expect(tokenName(10, USDT0, 1)).toBe('USDT0');
    expect(tokenName(10, '0x94b008aA00579c1307B0EF2c499aD98a8ce58e58', 1)).toBe('USDT');
    // The same address is gold on other chains.
    expect(tokenName(1, USDT0, 1)).toBe('USDT');
  });

  test('only tokens beside the primary one are bridged, and a chain lists an address once', () => {
    for (const chain of BUILT_IN_CHAINS) {
      for (const token of primaryTokensOf(chain)) expect(token.isBridged, token.name).toBe(false);
      const names = chain.tokens.map(({ name }) => name);
      expect(new Set(names).size, chain.name).toBe(names.length);
      expect(new Set(chain.tokens.map(({ address }) => address)).size).toBe(chain.tokens.length);
      for (const { address: token, isBridged } of chain.tokens) {
        expect(isUnwantedToken({ acceptsBridgedTokens: false }, { chainId: chain.id, token })).toBe(isBridged);
        expect(isUnwantedToken({ acceptsBridgedTokens: true }, { chainId: chain.id, token })).toBe(false);
      }
    }
    expect(
      BUILT_IN_CHAINS.flatMap(({ id, tokens }) =>
        tokens.flatMap(({ name, isBridged }) => (isBridged ? [[id, name]] : [])),
      ),
    ).toEqual([
      [10, 'USDC.e'],
      [137, 'USDC.e'],
      [8453, 'USDbC'],
      [42161, 'USDC.e'],
      [31337, 'USDC.e'],
    ]);
  });
});

describe('the verdict', () => {
  const usdt0 = OPTIMISM.tokens.find(({ address }) => address === USDT0);
  const usdc = tokenOf(OPTIMISM, 2);
  if (!usdt0 || !usdc) throw new Error('tokens are missing');

  test.each(['USDT', 'USD₮', 'USDT0', 'USD₮0'])('%s is a name of USDT', (symbol) =>
    expect(troubleOfToken(OPTIMISM, usdt0, { decimals: 6, symbol })).toBeNull(),
  );
  test.each(['XAUT0', 'USDC', 'USDT ', 'xUSDT', 'USDT0x', ''])('%j is none', (symbol) =>
    expect(troubleOfToken(OPTIMISM, usdt0, { decimals: 6, symbol })).toMatch(/calls itself/),
  );
  test.each(['USDC', 'USDC.e', 'USDbC'])('%s is a name of USDC', (symbol) =>
    expect(troubleOfToken(OPTIMISM, usdc, { decimals: 6, symbol })).toBeNull(),
  );
  test('axlUSDC and USDT are none', () => {
    for (const symbol of ['axlUSDC', 'USDT'])
      expect(troubleOfToken(OPTIMISM, usdc, { decimals: 6, symbol })).not.toBeNull();
  });
  test('decimals, and a contract that is not there', () => {
    expect(troubleOfToken(OPTIMISM, usdc, { decimals: 18, symbol: 'USDC' })).toMatch(/has 18 decimals, not 6$/);
    expect(troubleOfToken(OPTIMISM, usdc, { decimals: null, symbol: 'USDC' })).toMatch(/has no decimals/);
    expect(troubleOfToken(OPTIMISM, usdc, { decimals: null, symbol: null })).toMatch(/no token contract/);
    expect(troubleOfToken(chainById(31337), usdc, { decimals: null, symbol: null })).toBeNull();
  });
});

describe('returned data', () => {
  const word = (hex: string): string => hex.padEnd(64, '0');
  const number = (value: number): string => value.toString(16).padStart(64, '0');
  test('decimals', () => {
    expect(decimalsFromResult(`0x${number(6)}`)).toBe(6);
    for (const wrong of ['0x', null, undefined, 6, `0x${number(256)}`, `0x${number(6)}00`])
      expect(decimalsFromResult(wrong)).toBeNull();
  });
  test('a string, and the 32 bytes of old tokens', () => {
    const text = (value: string): string =>
      `0x${number(32)}${number(Buffer.byteLength(value))}${word(Buffer.from(value).toString('hex'))}`;
    expect(textFromResult(text('USD₮0'))).toBe('USD₮0');
    expect(textFromResult(text(''))).toBe('');
    expect(textFromResult(`0x${word(Buffer.from('MKR').toString('hex'))}`)).toBe('MKR');
    for (const wrong of ['0x', null, `0x${number(32)}${number(1_000_000)}${word('41')}`, `0x${word('ff')}`, 7])
      expect(textFromResult(wrong)).toBeNull();
  });
});
