// People with wallets on the local chains. Every payment is kept with its signed transaction: after a reorganisation it is sent again,
// or never comes, or comes smaller.
import type { Address, Hex } from '#domain/address.ts';
import { toChecksumAddress } from '#domain/address.ts';
import { chainById, type Token } from '#domain/chains.ts';
import { mintCalldata, transferCalldata } from '#domain/erc20.ts';
import { type BaseUnits, baseUnitsOf } from '#domain/money.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import type { Random } from '../random.ts';
import { CHAIN_IDS, type ChainId } from './stack.ts';

/** Anvil's accounts that nothing else uses; the last one is the development wallet. */
const FIRST_ACCOUNT = 10;
export const PAYERS = 9;
const GAS: Hex = '0x30d40';
const COINS_EACH = 1_000_000_000n;

export interface Payment {
  chainId: ChainId;
  payer: Address;
  token: Token;
  to: Address;
  baseUnits: BaseUnits;
  nonce: number;
  txHash: Hex;
  raw: Hex;
}

export interface Wallets {
  payments: readonly Payment[];
  account(payer: number): Address;
  /** Sends tokens; the next block mines them. */
  pay(order: { chainId: ChainId; payer: number; token: Token; to: Address; baseUnits: BaseUnits }): Promise<Payment>;
  /** What happens to the payments that a reorganisation removed. @returns how many did not come again as they were */
  afterReorganisation(chainId: ChainId, dropped: readonly string[], random: Random): Promise<number>;
}

const toHex = (value: number | bigint): Hex => `0x${value.toString(16)}`;

export const openWallets = async (nodeUrl: (chainId: ChainId) => string): Promise<Wallets> => {
  const payments: Payment[] = [];
  const call = async <T>(chainId: ChainId, method: string, params: readonly unknown[]): Promise<T> =>
    await rpcCall<T>(nodeUrl(chainId), method, params, 15_000);
  const accounts = (await call<string[]>(31337, 'eth_accounts', []))
    .slice(FIRST_ACCOUNT, FIRST_ACCOUNT + PAYERS)
    .map(toChecksumAddress);
  const account = (payer: number): Address => {
    const address = accounts[payer % accounts.length];
    if (!address) throw new RangeError('no accounts');
    return address;
  };

  // One transaction of an account at a time: the node gives out nonces.
  const queues = new Map<string, Promise<unknown>>();
  const inTurn = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = queues.get(key) ?? Promise.resolve();
    const own = before.then(work, work);
    queues.set(
      key,
      own.catch(() => {}),
    );
    return await own;
  };

  const send = async (chainId: ChainId, transaction: Record<string, unknown>): Promise<Hex> =>
    await call<Hex>(chainId, 'eth_sendTransaction', [{ gas: GAS, ...transaction }]);

  await Promise.all(
    CHAIN_IDS.map(async (chainId) => {
      const hashes: Hex[] = [];
      for (const payer of accounts) {
        for (const token of chainById(chainId).tokens) {
          const data = mintCalldata(payer, baseUnitsOf(COINS_EACH * 10n ** BigInt(token.decimals)));
          hashes.push(await send(chainId, { from: payer, to: token.address, data }));
        }
      }
      await waitFor(
        async () => (await call<object | null>(chainId, 'eth_getTransactionReceipt', [hashes.at(-1)])) !== null,
        { what: 'the coins of the payers', timeoutMs: 60_000 },
      );
      await call(chainId, 'anvil_mine', ['0x14', '0x0']);
    }),
  );

  return {
    payments,
    account,
    async pay({ chainId, payer, token, to, baseUnits }) {
      const from = account(payer);
      return await inTurn(`${chainId}:${from}`, async () => {
        const txHash = await send(chainId, { from, to: token.address, data: transferCalldata(to, baseUnits) });
        const sent = await call<{ nonce: string }>(chainId, 'eth_getTransactionByHash', [txHash]);
        const raw = await call<Hex>(chainId, 'eth_getRawTransactionByHash', [txHash]);
        const payment = { chainId, payer: from, token, to, baseUnits, nonce: Number(sent.nonce), txHash, raw };
        payments.push(payment);
        return payment;
      });
    },
    async afterReorganisation(chainId, dropped, random) {
      const gone = new Set(dropped);
      const lost = payments
        .filter((payment) => payment.chainId === chainId && gone.has(payment.txHash))
        .sort((a, b) => a.nonce - b.nonce);
      let changed = 0;
      for (const { payer, nonce, raw, token, to, baseUnits } of lost) {
        await inTurn(`${chainId}:${payer}`, async () => {
          const fate = random.weighted<'again' | 'never' | 'smaller'>([
            [8, 'again'],
            [1, 'never'],
            [1, 'smaller'],
          ]);
          // Another transaction takes its nonce, so that the account's later ones are not stuck.
          const other =
            fate === 'never'
              ? { from: payer, to: payer, nonce: toHex(nonce) }
              : {
                  from: payer,
                  to: token.address,
                  data: transferCalldata(to, baseUnitsOf(baseUnits / 2n || 1n)),
                  nonce: toHex(nonce),
                };
          // The node may have it already, for example when the account's next transaction was waiting.
          if (fate === 'again') await call(chainId, 'eth_sendRawTransaction', [raw]).catch(() => {});
          else {
            changed += 1;
            await send(chainId, other).catch(() => {});
          }
        });
      }
      return changed;
    },
  };
};
