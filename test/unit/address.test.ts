// Addresses, checksums, deposit addresses and ids, checked against the vectors of the EIPs and against ethers.

import {
  AbiCoder,
  concat,
  keccak256 as ethersKeccak,
  getAddress,
  getCreate2Address,
  getCreateAddress,
  Interface,
} from 'ethers';
import { describe, expect, test } from 'vitest';
import { type Address, keccak256, parseAddress, toChecksumAddress } from '#domain/address.ts';
import { BUILT_IN_CHAINS, chainById, coinsOf, findChain, tokenOf } from '#domain/chains.ts';
import { enabledChains, payableVariable } from '#domain/config.ts';
import { depositAddress, implementationAddress, termsSalt } from '#domain/deposit-address.ts';
import {
  addressFromTopic,
  balanceFromResult,
  balanceOfCalldata,
  mintCalldata,
  parseTransferLog,
  paymentUri,
  TRANSFER_TOPIC,
  topicOfAddress,
  transferCalldata,
} from '#domain/erc20.ts';
import {
  type ContractId,
  isApiKeyId,
  isApiSecret,
  isIntentId,
  makeApiKeyId,
  makeApiSecret,
  makeId,
  makeIntentId,
  withoutApiSecrets,
} from '#domain/ids.ts';
import { baseUnitsOf } from '#domain/money.ts';

// Test vectors of EIP-55.
const CHECKSUMMED = [
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
  '0xde709f2102306220921060314715629080e2fb77',
  '0x27b1fdb04752bbc536007a920d24acb045561c26',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
] as const;

describe('EIP-55', () => {
  test.each(CHECKSUMMED)('%s', (address) => {
    expect(toChecksumAddress(address.toLowerCase())).toBe(address);
    expect(parseAddress(address)).toBe(address);
    expect(parseAddress(address.toLowerCase())).toBe(address);
    expect(parseAddress(`0x${address.slice(2).toUpperCase()}`)).toBe(address);
  });

  test('rejects a wrong checksum and values that are not addresses', () => {
    expect(parseAddress('0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed')).toBeUndefined();
    for (const text of [
      '',
      '0x',
      '5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd',
      '0xgaAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n',
    ]) {
      expect(parseAddress(text)).toBeUndefined();
      expect(() => toChecksumAddress(text)).toThrow(RangeError);
    }
  });

  test('keccak256 of empty input', () =>
    expect(keccak256('0x')).toBe('0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'));
});

describe('deposit addresses', () => {
  const factory: Address = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
  const terms = {
    receiver: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    feeReceiver: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
    feeRateE9: 6_000_000n,
    contractId: '65b2f3d0d2d9c0a1b2c3d4e5' as ContractId,
  } as const;

  test('match what ethers computes from the same terms', () => {
    const encoded = AbiCoder.defaultAbiCoder().encode(
      ['address', 'address', 'uint256', 'uint256'],
      [terms.receiver, terms.feeReceiver, terms.feeRateE9, `0x${terms.contractId}`],
    );
    const salt = ethersKeccak(encoded);
    expect(termsSalt(terms)).toBe(salt);
    const implementation = getCreateAddress({ from: factory, nonce: 1 });
    expect(implementationAddress(factory)).toBe(implementation);
    const initCode = concat([
      '0x3d602d80600a3d3981f3363d3d373d3d3d363d73',
      implementation,
      '0x5af43d82803e903d91602b57fd5bf3',
    ]);
    expect(depositAddress(factory, terms)).toBe(getCreate2Address(factory, salt, ethersKeccak(initCode)));
  });

  test('change with every term', () => {
    const changed = [
      { receiver: terms.feeReceiver },
      { feeReceiver: terms.receiver },
      { feeRateE9: 6_000_001n },
      { contractId: '65b2f3d0d2d9c0a1b2c3d4e6' as ContractId },
    ];
    const addresses = [terms, ...changed.map((change) => ({ ...terms, ...change }))].map((all) =>
      depositAddress(factory, all),
    );
    expect(new Set([...addresses, depositAddress(terms.receiver, terms)]).size).toBe(6);
  });
});

describe('ERC-20 encoding', () => {
  const token = new Interface([
    'function transfer(address,uint256)',
    'function mint(address,uint256)',
    'function balanceOf(address) view returns (uint256)',
    'event Transfer(address indexed, address indexed, uint256)',
  ]);
  const to: Address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

  test('calldata and topics match those of ethers', () => {
    for (const amount of [0n, 1n, 5_000_000n, 2n ** 256n - 1n]) {
      expect(transferCalldata(to, baseUnitsOf(amount))).toBe(token.encodeFunctionData('transfer', [to, amount]));
      expect(mintCalldata(to, baseUnitsOf(amount))).toBe(token.encodeFunctionData('mint', [to, amount]));
    }
    expect(TRANSFER_TOPIC).toBe(token.getEvent('Transfer')?.topicHash);
    expect(addressFromTopic(topicOfAddress(to))).toBe(to);
    expect(balanceOfCalldata(to)).toBe(token.encodeFunctionData('balanceOf', [to]));
  });

  test('a balance is exactly one word', () => {
    expect(balanceFromResult(token.encodeFunctionResult('balanceOf', [5_000_000n]))).toBe(5_000_000n);
    expect(balanceFromResult(`0x${'0'.repeat(64)}`)).toBe(0n);
    for (const result of ['0x', '0x0', `0x${'0'.repeat(63)}`, `0x${'0'.repeat(128)}`, null, 5n, new Error('reverted')])
      expect(balanceFromResult(result)).toBeUndefined();
  });

  test('reads a transfer from its log and ignores other events, NFTs and zero values', () => {
    const from: Address = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
    const { topics, data } = token.encodeEventLog('Transfer', [from, to, 7n]);
    expect(parseTransferLog({ topics, data })).toEqual({ from, to, amountBaseUnits: 7n });
    for (const log of [
      { topics: [topicOfAddress(to), ...topics.slice(1)], data },
      { topics: [...topics, topicOfAddress(to)], data: '0x' },
      { topics: topics.slice(0, 2), data },
      { topics, data: `0x${'0'.repeat(64)}` },
      { topics, data: '0x' },
    ])
      expect(parseTransferLog(log)).toBeUndefined();
  });

  test('formats an EIP-681 URI', () =>
    expect(paymentUri(to, 8453, to, baseUnitsOf(5_000_000n))).toBe(
      `ethereum:${to}@8453/transfer?address=${to}&uint256=5000000`,
    ));
});

describe('ids', () => {
  test('an intent id is 24 lower-case hex digits that sort by time', () => {
    const id = makeIntentId(0x65b2f3d0, Uint8Array.from([0xd2, 0xd9, 0xc0, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5]));
    expect(id).toBe('65b2f3d0d2d9c0a1b2c3d4e5');
    expect(makeIntentId(1, new Uint8Array(8).fill(255)) < makeIntentId(2, new Uint8Array(8))).toBe(true);
    expect(makeIntentId(1.9, new Uint8Array(8))).toBe('000000010000000000000000');
    expect(() => makeIntentId(1, new Uint8Array(7))).toThrow(RangeError);
  });

  test('recognises intent ids', () => {
    expect(isIntentId('65b2f3d0d2d9c0a1b2c3d4e5')).toBe(true);
    for (const text of [
      '65B2f3d0d2d9c0a1b2c3d4e5',
      '65b2f3d0d2d9c0a1b2c3d4e',
      '65b2f3d0d2d9c0a1b2c3d4e5\n',
      '',
      null,
      5,
    ])
      expect(isIntentId(text)).toBe(false);
  });

  test('recognises the other ids', () => {
    expect(makeId('evt', new Uint8Array(16))).toBe(`evt_${'0'.repeat(32)}`);
    for (const [store, mode] of [
      [{ isTest: false }, 'live'],
      [{ isTest: true }, 'test'],
    ] as const) {
      const [key, secret] = [makeApiKeyId(store, new Uint8Array(16)), makeApiSecret(store, new Uint8Array(32))];
      expect([key, secret]).toEqual([`st_${mode}_${'0'.repeat(32)}`, `st_${mode}_secret_${'0'.repeat(64)}`]);
      expect([isApiKeyId(key), isApiSecret(key), isApiKeyId(secret), isApiSecret(secret)]).toEqual([
        ...[true, false],
        ...[false, true],
      ]);
      expect(withoutApiSecrets(`${key} ${secret}${secret} st_${'f'.repeat(64)}`)).toBe(`${key} st_…st_… st_…`);
    }
    for (const make of [
      () => makeId('req', new Uint8Array(8)),
      () => makeApiSecret({ isTest: true }, new Uint8Array(16)),
    ])
      expect(make).toThrow(RangeError);
  });
});

describe('chains', () => {
  // docs/open-api.md section 11.
  const TABLE = [
    [1, '0xdAC17F958D2ee523a2206206994597C13D831ec7', '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', 6],
    [10, '0x94b008aA00579c1307B0EF2c499aD98a8ce58e58', '0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85', 6],
    [56, '0x55d398326f99059fF775485246999027B3197955', '0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d', 18],
    [137, '0xc2132D05D31c914a87C6611C10748AEb04B58e8F', '0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359', 6],
    [8453, '0xfde4C96c8593536E31F229EA8f37b2ADa2699bb2', '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913', 6],
    [42161, '0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9', '0xaf88d065e77c8cC2239327C5EDb3A432268e5831', 6],
  ] as const;
  test('every live chain is in the table', () =>
    expect(TABLE.map(([id]) => id)).toEqual(BUILT_IN_CHAINS.filter(({ isTest }) => !isTest).map(({ id }) => id)));

  test.each(TABLE)('chain %i', (id, usdt, usdc, decimals) => {
    const chain = chainById(id);
    expect(tokenOf(chain, 1)).toEqual({ coin: 1, address: usdt, decimals, name: 'USDT', isBridged: false });
    expect(tokenOf(chain, 2)).toEqual({ coin: 2, address: usdc, decimals, name: 'USDC', isBridged: false });
    expect(coinsOf(chain)).toEqual([1, 2]);
    expect(chain.local).toBe(false);
  });

  test('token addresses have EIP-55 checksums, and chain ids are unique', () => {
    for (const { tokens } of BUILT_IN_CHAINS)
      for (const { address } of tokens) expect(getAddress(address)).toBe(address);
    expect(new Set(BUILT_IN_CHAINS.map(({ id }) => id)).size).toBe(BUILT_IN_CHAINS.length);
    expect(findChain(2)).toBeUndefined();
    expect(() => chainById(2)).toThrow(RangeError);
  });

  test('a browser wallet gets a public endpoint for every real chain, and none for a local chain', () => {
    for (const { local, publicRpcUrl } of BUILT_IN_CHAINS) {
      if (local) expect(publicRpcUrl).toBeNull();
      else expect(publicRpcUrl).toMatch(/^https:\/\/[^/?#@]+(\/[a-z]+)?$/);
    }
  });

  test('a chain is enabled when its RPC URLs are set', () => {
    const on = enabledChains({ RPC_URLS_1: 'https://a.example, http://b.example:8545', RPC_URLS_31337: '' });
    expect(on.map(({ chain, rpcUrls }) => [chain.id, rpcUrls])).toEqual([
      [1, ['https://a.example', 'http://b.example:8545']],
    ]);
    expect(() => enabledChains({ RPC_URLS_2: 'http://x' })).toThrow('RPC_URLS_2: no such chain');
    expect(() => enabledChains({ RPC_URLS_1: 'ws://x' })).toThrow('RPC_URLS_1: not an http(s) address');
    expect(
      enabledChains({ RPC_URLS_1: 'https://a.example', WS_URLS_1: 'wss://a.example, ws://b.example' }),
    ).toMatchObject([{ wsUrls: ['wss://a.example', 'ws://b.example'] }]);
    expect(() => enabledChains({ WS_URLS_2: 'ws://x' })).toThrow('WS_URLS_2: no such chain');
    expect(() => enabledChains({ RPC_URLS_1: 'http://x', WS_URLS_1: 'http://x' })).toThrow(
      'WS_URLS_1: not a ws(s) address',
    );
    expect(() => enabledChains({ WS_URLS_1: 'ws://x' })).toThrow('WS_URLS_1: needs RPC_URLS_1');
    expect(() => payableVariable({ A: '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed' }, 'A', [])).toThrow(/^A: /);
    expect(payableVariable({ A: CHECKSUMMED[4] }, 'A', [])).toBe(CHECKSUMMED[4]);
  });
});
