// What the chain's contracts do, as far as a checkout uses them: tokens that transfer, and the factory that settles and releases
// deposits (contracts/src). Written again, so that the relayer's calldata and the events are checked from the other side.
import { Interface } from 'ethers';
import { checkoutFactoryAbi } from '#contracts/generated/checkout-factory.ts';
import { abiWord } from '#domain/abi.ts';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { TRANSFER_TOPIC } from '#domain/erc20.ts';
import type { ContractId } from '#domain/ids.ts';

export const FACTORY: Address = toChecksumAddress(`0x${'fac'.padEnd(40, '1')}`);

export interface SimLog {
  address: Hex;
  topics: readonly Hex[];
  data: Hex;
}

/** What a chain knows after a block. */
export interface ChainState {
  /** By `token:owner`, lower case. */
  balances: Map<string, bigint>;
  /** Mined transactions of each account. */
  nonces: Map<string, number>;
  usedDigests: Set<string>;
}

export interface Effect {
  logs: readonly SimLog[];
  reverted: boolean;
}

const factory = new Interface(checkoutFactoryAbi);
const REVERTED: Effect = { logs: [], reverted: true };

const keyOf = (token: Address, owner: Address): string => `${token}:${owner}`.toLowerCase();
export const balanceOf = ({ balances }: ChainState, token: Address, owner: Address): bigint =>
  balances.get(keyOf(token, owner)) ?? 0n;

const transferLog = (token: Address, from: Address, to: Address, amount: bigint): SimLog => ({
  address: token.toLowerCase() as Hex,
  topics: [TRANSFER_TOPIC, `0x${abiWord(from)}`, `0x${abiWord(to)}`],
  data: `0x${abiWord(amount)}`,
});

/** Moves tokens. A sender other than a deposit or the merchant is given what it sends. */
export const transfer = (
  state: ChainState,
  token: Address,
  from: Address,
  to: Address,
  amount: bigint,
  minted = false,
) => {
  if (!minted) {
    const held = balanceOf(state, token, from);
    if (held < amount) throw new RangeError(`${from} has ${held} of ${token}, not ${amount}`);
    state.balances.set(keyOf(token, from), held - amount);
  }
  state.balances.set(keyOf(token, to), balanceOf(state, token, to) + amount);
  return transferLog(token, from, to, amount);
};

interface Terms {
  receiver: Address;
  feeReceiver: Address;
  feeRateE9: bigint;
  contractId: ContractId;
}

const eventLog = (event: string, values: readonly unknown[]): SimLog => {
  const { topics, data } = factory.encodeEventLog(event, values);
  return { address: FACTORY.toLowerCase() as Hex, topics: topics as Hex[], data: data as Hex };
};

/** Pays a deposit out: the fee to the platform, the rest to the merchant. */
const settleOne = (state: ChainState, terms: Terms, token: Address): SimLog[] => {
  const deposit = depositAddress(FACTORY, terms);
  const held = balanceOf(state, token, deposit);
  const id = BigInt(`0x${terms.contractId}`);
  if (held === 0n) {
    return [eventLog('Skipped', [id, deposit, token, factory.getError('NothingToSettle')?.selector])];
  }
  const fee = (held * terms.feeRateE9) / 1_000_000_000n;
  const logs = [transfer(state, token, deposit, terms.receiver, held - fee)];
  if (fee > 0n) logs.push(transfer(state, token, deposit, terms.feeReceiver, fee));
  return [...logs, eventLog('Settled', [id, deposit, token, held - fee, fee])];
};

/** `settle`, which anybody may call. */
export const settle = (state: ChainState, terms: Terms, token: Address): Effect => ({
  logs: settleOne(state, terms, token),
  reverted: false,
});

/** `settleBatch` with the relayer's calldata. */
export const runCalldata = (state: ChainState, to: Address, data: Hex): Effect => {
  if (to.toLowerCase() !== FACTORY.toLowerCase()) return REVERTED;
  const call = factory.parseTransaction({ data });
  if (call?.name !== 'settleBatch') return REVERTED;
  const logs: SimLog[] = [];
  for (const [receiver, feeReceiver, feeRateE9, token, ids] of call.args[0]) {
    for (const id of ids as bigint[]) {
      const contractId = id.toString(16).padStart(24, '0') as ContractId;
      logs.push(...settleOne(state, { receiver, feeReceiver, feeRateE9, contractId }, token));
    }
  }
  return { logs, reverted: false };
};

export interface Release {
  terms: Terms;
  token: Address;
  to: Address;
  amount: bigint;
  digest: Hex;
  /** Unix seconds. */
  deadline: bigint;
}

/** `release` with a valid signature of the merchant's receiver. */
export const release = (
  state: ChainState,
  { terms, token, to, amount, digest, deadline }: Release,
  time: number,
): Effect => {
  const deposit = depositAddress(FACTORY, terms);
  const isSpent = state.usedDigests.has(digest) || balanceOf(state, token, deposit) < amount;
  if (isSpent || BigInt(time) > deadline) return REVERTED;
  state.usedDigests.add(digest);
  const fee = (amount * terms.feeRateE9) / 1_000_000_000n;
  const logs = [transfer(state, token, deposit, to, amount - fee)];
  if (fee > 0n) logs.push(transfer(state, token, deposit, terms.feeReceiver, fee));
  const event = eventLog('Released', [BigInt(`0x${terms.contractId}`), deposit, token, to, amount - fee, fee, digest]);
  return { logs: [...logs, event], reverted: false };
};
