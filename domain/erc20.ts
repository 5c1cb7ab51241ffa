// The two ERC-20 calls and the one event that a checkout needs, encoded by hand: three words of hex, no ABI library.
import { type Address, type Hex, toChecksumAddress } from './address.ts';

/** keccak256("Transfer(address,address,uint256)"), topic 0 of every ERC-20 transfer. */
export const TRANSFER_TOPIC: Hex = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

const word = (hex: string): string => hex.toLowerCase().padStart(64, '0');
const addressAndAmount = (selector: string, to: Address, baseUnits: bigint): Hex =>
  `0x${selector}${word(to.slice(2))}${word(baseUnits.toString(16))}`;

/** Calldata of `transfer(to, amount)`. */
export const transferCalldata = (to: Address, baseUnits: bigint): Hex => addressAndAmount('a9059cbb', to, baseUnits);

/** Calldata of `mint(to, amount)`, which only the tokens of local chains have. */
export const mintCalldata = (to: Address, baseUnits: bigint): Hex => addressAndAmount('40c10f19', to, baseUnits);

/** The address in an indexed 32-byte topic, in EIP-55. */
export const addressFromTopic = (topic: Hex): Address => toChecksumAddress(`0x${topic.slice(-40)}`);

/** An address as an indexed topic, for log filters. */
export const topicOfAddress = (address: Address): Hex => `0x${word(address.slice(2))}`;

/** EIP-681 payment link: integer base units, chain id named. */
export const paymentUri = (token: Address, chainId: number, to: Address, baseUnits: bigint): string =>
  `ethereum:${token}@${chainId}/transfer?address=${to}&uint256=${baseUnits}`;
