// "Can this address keep money?" (decision 0063): what is rejected before any chain is read, by name and reason, and what chains say.
import { describe, expect, test } from 'vitest';
import { type Address, toChecksumAddress, typedAddress, ZERO_ADDRESS } from '#domain/address.ts';
import { BUILT_IN_CHAINS } from '#domain/chains.ts';
import { payableVariable } from '#domain/config.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { implementationAddress } from '#domain/deposit-address.ts';
import { type CodeKind, knownPayable, payableAddress } from '#domain/payable-address.ts';

const GOOD = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const address = (hex: string): Address => toChecksumAddress(`0x${hex}`);
const low = (value: number): Address => address(value.toString(16).padStart(40, '0'));
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'passes';
  } catch (error) {
    return String((error as { code?: string }).code);
  }
};

describe('an address that a person types', () => {
  test('passes in EIP-55 spelling, with spaces around it, and when it has digits only', () => {
    expect(typedAddress(` ${GOOD}\n`)).toBe(GOOD);
    expect(typedAddress('0x52908400098527886E0F7030069857D2E4169EE7')).toBe(
      '0x52908400098527886E0F7030069857D2E4169EE7',
    );
    expect(typedAddress('0x1234567890123456789012345678901234567890')).toBe(
      '0x1234567890123456789012345678901234567890',
    );
  });

  test.each([
    ['no_checksum', GOOD.toLowerCase()],
    ['no_checksum', `0x${GOOD.slice(2).toUpperCase()}`],
    ['bad_checksum', GOOD.replace('aA', 'AA')],
    ['bad_checksum', GOOD.replace('BeAed', 'BeAec')],
    ['bad_address', GOOD.slice(0, -1)],
    ['bad_address', `${GOOD}0`],
    ['bad_address', GOOD.slice(2)],
    ['bad_address', `0X${GOOD.slice(2)}`],
    ['bad_address', `${GOOD.slice(0, 20)}\u200b${GOOD.slice(21)}`],
    ['bad_address', 'vitalik.eth'],
    ['bad_address', ''],
  ])('%s: %s', (code, text) => {
    expect(codeOf(() => typedAddress(text))).toBe(code);
    // The right spelling would be copied back, typing error and all.
    expect(() => typedAddress(text)).not.toThrow(toChecksumAddress(`0x${GOOD.slice(2)}`));
  });
});

const TOKENS = BUILT_IN_CHAINS.flatMap((chain) =>
  chain.tokens.map((token) => [`${token.name} on ${chain.name}`, token.address] as const),
);

describe('money would be lost, on any chain', () => {
  test.each(TOKENS)('%s', (_, token) => expect(codeOf(() => knownPayable(token))).toBe('lost_token'));

  test('every precompile and low address from 0x1 to 0xffff', () => {
    for (let value = 1; value <= 0xffff; value += 1)
      if (codeOf(() => knownPayable(low(value))) === 'passes') throw new Error(`${low(value)} passes`);
  });

  test.each([
    ['lost_burn', ZERO_ADDRESS],
    ['lost_burn', address('000000000000000000000000000000000000dead')],
    ['lost_burn', address('dead000000000000000000000000000000000000')],
    ['lost_burn', address('dead000000000000000042069420694206942069')],
    ['lost_burn', address('deaddeaddeaddeaddeaddeaddeaddeaddeaddead')],
    ['lost_burn', address('deaddeaddeaddeaddeaddeaddeaddeaddead0001')],
    ['lost_burn', address('f'.repeat(40))],
    ['lost_burn', address('e'.repeat(40))],
    ['lost_burn', address('1'.repeat(40))],
    ['lost_system', address('0000000000000000000000000000000000001010')],
    ['lost_system', address('4200000000000000000000000000000000000006')],
    ['lost_system', address('420000000000000000000000000000000000000f')],
    ['lost_system', address('c0d3c0d3c0d3c0d3c0d3c0d3c0d3c0d3c0d30006')],
    ['lost_ours', FACTORY_ADDRESS],
    ['lost_ours', implementationAddress(FACTORY_ADDRESS)],
    ['lost_ours', address('4e59b44847b379578588920ca78fbf26c0b4956c')],
    ['lost_ours', address('ca11bde05977b3631167028862be2a173976ca11')],
    ['passes', GOOD],
  ])('%s: %s', (code, given) => expect(codeOf(() => knownPayable(given as Address))).toBe(code));

  test('an account whose key is public, where money has value', () => {
    const anvil = address('f39fd6e51aad88f6f4ce6ab8827279cfffb92266');
    expect(codeOf(() => knownPayable(anvil, [31337]))).toBe('passes');
    expect(codeOf(() => knownPayable(anvil, [31337, 1]))).toBe('lost_known_key');
  });

  test('FEE_RECEIVER stops the start, with its name and without its value', () => {
    const [, token] = TOKENS[0] ?? [];
    for (const value of [undefined, '', GOOD.toLowerCase(), ZERO_ADDRESS, token, FACTORY_ADDRESS, 'x'])
      expect(() => payableVariable({ FEE_RECEIVER: value }, 'FEE_RECEIVER', [1])).toThrow(/^FEE_RECEIVER: /);
    expect(payableVariable({ FEE_RECEIVER: GOOD }, 'FEE_RECEIVER', [1])).toBe(GOOD);
  });
});

describe('what chains have there', () => {
  const check = async (codes: Record<number, CodeKind | null>, chains = { required: [1, 10], others: [137] }) =>
    payableAddress(GOOD, chains, {
      isDeposit: async () => false,
      codeAt: async (chainId) => codes[chainId] ?? null,
    }).then(
      () => 'passes',
      ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
    );

  test.each([
    ['passes', { 1: 'account', 10: 'account', 137: 'account' }],
    ['passes', { 1: 'contract', 10: 'contract', 137: 'account' }],
    ['passes', { 1: 'account', 10: 'account', 137: null }],
    ['lost_no_code .* Optimism', { 1: 'contract', 10: 'account', 137: 'contract' }],
    ['lost_no_code .* Ethereum, Optimism', { 1: 'account', 10: 'account', 137: 'contract' }],
    ['lost_token .* Optimism', { 1: 'contract', 10: 'token', 137: 'account' }],
    ['unreachable Optimism', { 1: 'account', 10: null, 137: 'account' }],
    ['unreachable Ethereum, Optimism', { 1: null, 10: null, 137: null }],
  ] as const)('%s: %o', async (outcome, codes) => expect(await check(codes)).toMatch(new RegExp(`^${outcome}`)));

  test('the deposit address of an order', async () => {
    const reads = { isDeposit: async () => true, codeAt: async () => 'account' as const };
    await expect(payableAddress(GOOD, { required: [1] }, reads)).rejects.toMatchObject({ code: 'lost_deposit' });
  });
});
