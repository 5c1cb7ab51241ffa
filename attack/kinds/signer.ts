// Transactions that the browser's signer must not sign: what is shown is read from the bytes, so each must be refused or shown as it is.
import { BUILT_IN_CHAINS, chainById } from '#domain/chains.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { transferFacts } from '#web/account/keys/transfer-facts.ts';
import type { UnsignedTransaction } from '#web/account/server/account-types.ts';
import { type Kind, mustThrow, tryEach } from '../kind.ts';

const SHOP = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const THIEF = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
const USDT = '0xdAC17F958D2ee523a2206206994597C13D831ec7';

type Changes = Partial<
  Record<keyof UnsignedTransaction | 'amount' | 'fee' | 'symbol' | 'network' | 'recipient', unknown>
>;

const transaction = (changes: Changes): UnsignedTransaction =>
  ({
    ...{ type: 2, chainId: 1, nonce: 7, to: USDT, data: transferCalldata(SHOP, baseUnitsOf(10_000_000n)), value: '0' },
    ...{ gasLimit: '78000', maxFeePerGas: '20000000000', maxPriorityFeePerGas: '1000000000' },
    ...changes,
  }) as UnsignedTransaction;

const REFUSED: readonly Changes[] = [
  { type: 0 },
  { type: 1 },
  { type: 3 },
  { type: 4 },
  { type: '2' },
  { value: '1' },
  { value: 0 },
  { value: '0x0' },
  { to: null },
  { to: THIEF },
  { to: USDT.toLowerCase() },
  { to: [USDT] },
  { chainId: 2 },
  { chainId: 137 },
  { chainId: '1' },
  { chainId: 1.5 },
  { chainId: -1 },
  { nonce: -1 },
  { nonce: '7' },
  { nonce: 2 ** 53 },
  { data: '0x' },
  { data: null },
  { data: `0x095ea7b3${transferCalldata(SHOP, baseUnitsOf(1n)).slice(10)}` },
  { data: `0x23b872dd${'0'.repeat(192)}` },
  { data: `${transferCalldata(SHOP, baseUnitsOf(1n))}00` },
  { data: transferCalldata(SHOP, baseUnitsOf(1n)).replace('bb0', 'bb1') },
  { data: transferCalldata(SHOP, baseUnitsOf(1n)).slice(0, -2) },
  { maxFeePerGas: '0x1' },
  { maxFeePerGas: 1 },
  { maxFeePerGas: '-1' },
  { maxFeePerGas: '' },
  { maxFeePerGas: '769230769230769' },
  { gasLimit: '30000000' },
  { gasLimit: '1e9' },
  { maxPriorityFeePerGas: '20000000001' },
  { maxPriorityFeePerGas: null },
];

/** With the server's words beside them, which may say anything. */
const SHOWN: readonly { name: string; changes: Changes; facts: object }[] = [
  {
    name: '"10.0000 USDT" beside 10,000,000',
    changes: { data: transferCalldata(SHOP, baseUnitsOf(10n ** 13n)), amount: '10.0000' },
    facts: { amount: '10000000.0000' },
  },
  { name: '"Polygon" beside Ethereum', changes: { network: 'Polygon' }, facts: { network: 'Ethereum' } },
  { name: '"USDC" beside USDT', changes: { symbol: 'USDC' }, facts: { symbol: 'USDT' } },
  {
    name: 'the shop beside a thief',
    changes: { data: transferCalldata(THIEF, baseUnitsOf(1n)), recipient: SHOP },
    facts: { recipient: THIEF },
  },
  {
    name: 'a bridged token as USDC',
    changes: {
      chainId: 10,
      to: chainById(10).tokens.find(({ isBridged }) => isBridged)?.address,
      maxFeePerGas: '1000',
      maxPriorityFeePerGas: '1',
    },
    facts: { symbol: 'USDC.e' },
  },
];

export const signerKinds: readonly Kind[] = [
  {
    name: 'signer',
    title: 'the browser’s signer: what is shown and what is signed',
    run: async () => {
      const refused = await tryEach(
        REFUSED,
        (changes) => JSON.stringify(changes).slice(0, 70),
        (changes) =>
          mustThrow(
            () => transferFacts(transaction(changes)).amount,
            ({ name }) => name === 'AccountError',
          ),
      );
      const foreign = await tryEach(
        BUILT_IN_CHAINS,
        ({ name }) => `a token of another chain on ${name}`,
        ({ id, tokens }) => {
          const stranger = BUILT_IN_CHAINS.filter((chain) => chain.id !== id)
            .flatMap((chain) => chain.tokens)
            .find(({ address }) => !tokens.some((own) => own.address === address));
          return mustThrow(
            () => transferFacts(transaction({ chainId: id, to: stranger?.address })).symbol,
            ({ name }) => name === 'AccountError',
          );
        },
      );
      const shown = await tryEach(
        SHOWN,
        ({ name }) => name,
        async ({ changes, facts }) => {
          const found = transferFacts(transaction(changes));
          const wrong = Object.entries(facts).filter(([name, value]) => found[name as keyof typeof found] !== value);
          const more = Object.keys(found.transaction).filter((name) => !Object.hasOwn(transaction({}), name));
          return wrong.length > 0 || more.length > 0 ? `shown: ${JSON.stringify(wrong)} ${more}` : null;
        },
      );
      return [...refused, ...foreign, ...shown];
    },
  },
];
