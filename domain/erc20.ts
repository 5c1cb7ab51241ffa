// ERC-20: the calls and the one event that a checkout needs.

import { abiWord, addressFromWord, uintFromResult, wordsOf } from './abi.ts';
import { type Address, type Hex, toChecksumAddress } from './address.ts';
import { type BaseUnits, baseUnitsOf } from './money.ts';

/** keccak256("Transfer(address,address,uint256)"), topic 0 of every ERC-20 transfer. */
export const TRANSFER_TOPIC: Hex = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

/** Calldata of `transfer(to, amount)`. */
export const transferCalldata = (to: Address, baseUnits: BaseUnits): Hex =>
  `0xa9059cbb${abiWord(to)}${abiWord(baseUnits)}`;

/** Calldata of `mint(to, amount)`, which only the tokens of local chains have. */
export const mintCalldata = (to: Address, baseUnits: BaseUnits): Hex => `0x40c10f19${abiWord(to)}${abiWord(baseUnits)}`;

/** Calldata of `balanceOf(owner)`. */
export const balanceOfCalldata = (owner: Address): Hex => `0x70a08231${abiWord(owner)}`;

/** What `balanceOf` returned, in base units; undefined when it is not one number, as from an address without a token. */
export const balanceFromResult = (result: unknown): BaseUnits | undefined => {
  const value = uintFromResult(result);
  return value === undefined ? undefined : baseUnitsOf(value);
};

/** Calldata of `decimals()` and `symbol()`. */
export const DECIMALS_CALLDATA: Hex = '0x313ce567';
export const SYMBOL_CALLDATA: Hex = '0x95d89b41';

/** What `decimals` returned; null when it is not a number that decimals can be. */
export const decimalsFromResult = (result: unknown): number | null => {
  const value = uintFromResult(result);
  return value === undefined || value > 255n ? null : Number(value);
};

/** What `symbol` or `name` returned: a string, or the 32 bytes of old tokens; null when it is neither. */
export const textFromResult = (result: unknown): string | null => {
  if (typeof result !== 'string' || !/^0x([0-9a-fA-F]{64})+$/.test(result)) return null;
  const words = wordsOf(result as Hex);
  const [first = '', second = ''] = words;
  const isString = BigInt(`0x${first}`) === 32n && second !== '';
  const length = isString ? BigInt(`0x${second}`) : 32n;
  const bytes = (isString ? words.slice(2) : [first.replace(/(00)+$/, '')]).join('');
  if (isString && length * 2n > BigInt(bytes.length)) return null;
  const hex = isString ? bytes.slice(0, Number(length) * 2) : bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16)),
    );
  } catch {
    return null;
  }
};

export interface TransferLog {
  from: Address;
  to: Address;
  amountBaseUnits: BaseUnits;
}

/** The same with lower-case addresses: the EIP-55 spelling takes a hash each, and a watcher reads many transfers that are not ours. */
export interface UnspelledTransferLog {
  from: Hex;
  to: Hex;
  amountBaseUnits: BaseUnits;
}

interface TopicsAndData {
  topics: readonly string[];
  data: string;
}

/** As `parseTransferLog`, addresses in lower case. */
export const parseTransferLogUnspelled = ({ topics, data }: TopicsAndData): UnspelledTransferLog | undefined => {
  const [event, from, to] = topics;
  const amountBaseUnits = balanceFromResult(data);
  if (event?.toLowerCase() !== TRANSFER_TOPIC || !from || !to || topics.length !== 3 || !amountBaseUnits)
    return undefined;
  return { from: lowerAddressOf(from), to: lowerAddressOf(to), amountBaseUnits };
};

const lowerAddressOf = (word: string): Hex => `0x${word.slice(-40).toLowerCase()}`;

/** Reads a log as a payment; undefined for other events, a `Transfer` of another shape (an NFT's has four topics) and a zero value. */
export const parseTransferLog = (log: TopicsAndData): TransferLog | undefined => {
  const transfer = parseTransferLogUnspelled(log);
  return transfer && { ...transfer, from: toChecksumAddress(transfer.from), to: toChecksumAddress(transfer.to) };
};

/** The address in an indexed 32-byte topic, in EIP-55. */
export const addressFromTopic = (topic: Hex): Address => addressFromWord(topic);

/** An address as an indexed topic, for log filters. */
export const topicOfAddress = (address: Address): Hex => `0x${abiWord(address)}`;

/** EIP-681 payment link: integer base units, chain id named. */
export const paymentUri = (token: Address, chainId: number, to: Address, baseUnits: BaseUnits): string =>
  `ethereum:${token}@${chainId}/transfer?address=${to}&uint256=${baseUnits}`;
