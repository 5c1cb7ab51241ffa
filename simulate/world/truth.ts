// What really happened in a run: the orders as their merchants asked for them, and every payment, wherever its transaction is now.
import { addressFromWord } from '#domain/abi.ts';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { TRANSFER_TOPIC } from '#domain/erc20.ts';
import type { ContractId, IntentId } from '#domain/ids.ts';
import type { SimChain } from '../chain/chain.ts';

export interface TrueOrder {
  name: number;
  id: IntentId;
  contractId: ContractId;
  key: string;
  priceUnits: bigint;
  coins: readonly CoinId[];
  chainIds: readonly number[];
  toleranceBps: number;
  feeRateE9: bigint;
  receiver: Address;
  feeReceiver: Address;
  deposit: Address;
  /** Epoch milliseconds: before a part payment extended it. */
  expiresAt: number;
  extensionMs: number;
  acceptsBridged: boolean;
  isCanceled: boolean;
  isPayerDenied: boolean;
  /** A person decided on its money. */
  isDecided: boolean;
  /** Money of it was in a removed block. */
  isReorganised: boolean;
  /** Removed so deep that the money had counted as confirmed. */
  isUndone: boolean;
  /** Somebody else settled it. */
  isSettledByOthers: boolean;
}

export interface TrueToken {
  chainId: number;
  coin: CoinId;
  address: Address;
  decimals: number;
  isBridged: boolean;
}

/** A refund from the merchant's wallet, as it was prepared. */
export interface PreparedTransfer {
  /** Of the refund's row. */
  id: string;
  order: TrueOrder;
  chainId: number;
  token: Address;
  payer: Address;
  baseUnits: bigint;
  /** Epoch milliseconds. */
  deadline: number;
  /** The wallet's transaction; null until it is sent. */
  txHash: Hex | null;
}

/** A transfer that a chain has now. */
export interface TrueTransfer {
  order: TrueOrder;
  chainId: number;
  token: TrueToken;
  blockNumber: number;
  blockHash: Hex;
  /** Epoch milliseconds. */
  blockTime: number;
  txHash: Hex;
  logIndex: number;
  from: Address;
  baseUnits: bigint;
  units: bigint;
}

export interface Truth {
  orders: TrueOrder[];
  chains: readonly SimChain[];
  tokens: readonly TrueToken[];
  deniedPayers: readonly Address[];
  prepared: PreparedTransfer[];
  /** Chains of which a node has hidden transfers from the first reading: money can be found when its order is over. */
  hidden: Set<number>;
  /** Transactions that carried out release orders. */
  releases: Set<Hex>;
  /** The highest head that each chain ever had, by chain id. */
  highest: Map<number, number>;
}

export const unitsPerBase = ({ decimals }: TrueToken): bigint => 10n ** BigInt(18 - decimals);

/** Every token transfer to a deposit address that the chains have now, in chain order. */
export const transfersOf = ({ orders, chains, tokens }: Truth): TrueTransfer[] => {
  const byDeposit = new Map(orders.map((order) => [order.deposit, order]));
  const found: TrueTransfer[] = [];
  for (const { chain, blocks } of chains) {
    for (const { number, hash, time, txs } of blocks) {
      for (const { tx, logs, firstLog } of txs) {
        for (const [index, { address, topics, data }] of logs.entries()) {
          const token = tokens.find((one) => one.chainId === chain.id && one.address.toLowerCase() === address);
          if (!token || topics[0] !== TRANSFER_TOPIC) continue;
          const order = byDeposit.get(addressFromWord(topics[2] ?? ''));
          const baseUnits = BigInt(data);
          if (!order || baseUnits === 0n) continue;
          found.push({
            order,
            chainId: chain.id,
            token,
            blockNumber: number,
            blockHash: hash,
            blockTime: time * 1000,
            txHash: tx.hash,
            logIndex: firstLog + index,
            from: addressFromWord(topics[1] ?? ''),
            baseUnits,
            units: baseUnits * unitsPerBase(token),
          });
        }
      }
    }
  }
  return found.sort(
    (a, b) =>
      a.blockTime - b.blockTime || a.chainId - b.chainId || a.blockNumber - b.blockNumber || a.logIndex - b.logIndex,
  );
};
