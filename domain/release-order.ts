// Release orders: they let a deposit address pay somebody other than its merchant. EIP-712 typed data that the merchant's receiver
// signs, its digest, and the factory call that executes it (contracts/src/interfaces/ICheckoutFactory.sol, decision 0011).

import { abiWord, contractIdWord } from './abi.ts';
import { type Address, type Hex, keccak256 } from './address.ts';
import type { EventPlace } from './chain-events.ts';
import type { DepositTerms } from './deposit-address.ts';
import { feeOfSettlement } from './fees.ts';
import type { ContractId } from './ids.ts';
import { type BaseUnits, subtract } from './money.ts';
import type { PayableAddress } from './payable-address.ts';

/** How long an order is valid: long enough for a wallet with several signers, short enough to search its blocks in one request. */
export const RELEASE_ORDER_SECONDS = 1_800;

export interface ReleaseOrder {
  token: Address;
  /** Who is paid instead of the receiver. */
  to: PayableAddress;
  /** What leaves the deposit address, the fee included, in the token's base units. */
  amountBaseUnits: BaseUnits;
  /** Tells equal orders apart. */
  nonce: bigint;
  /** The last second (Unix time) at which the order may be carried out. */
  deadline: bigint;
}

/** A release order that the factory carried out, as its event tells. */
export interface ReleasedMoney extends EventPlace {
  contractId: ContractId;
  depositAddress: Address;
  token: Address;
  toAddress: Address;
  /** What left the deposit address, and the fee of it. */
  amountBaseUnits: BaseUnits;
  feeBaseUnits: BaseUnits;
  digest: Hex;
}

/** Where an order holds: one factory on one chain, one deposit address. */
export interface ReleaseScope {
  chainId: number;
  factory: Address;
  depositAddress: Address;
}

const RELEASE_FIELDS = [
  { name: 'deposit', type: 'address' },
  { name: 'token', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'amount', type: 'uint256' },
  { name: 'feeWaived', type: 'bool' },
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint256' },
] as const;

const DOMAIN_FIELDS = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
] as const;

const DOMAIN_NAME = 'AllScale Checkout';
const DOMAIN_VERSION = '1';

/** What `eth_signTypedData_v4` takes, JSON-safe: numbers as decimal strings. The fee is due: waiving it needs the platform's key. */
export const releaseTypedData = ({ chainId, factory, depositAddress }: ReleaseScope, order: ReleaseOrder) => ({
  types: { EIP712Domain: [...DOMAIN_FIELDS], Release: [...RELEASE_FIELDS] },
  primaryType: 'Release' as const,
  domain: { name: DOMAIN_NAME, version: DOMAIN_VERSION, chainId, verifyingContract: factory },
  message: {
    deposit: depositAddress,
    token: order.token,
    to: order.to,
    amount: order.amountBaseUnits.toString(),
    feeWaived: false,
    nonce: order.nonce.toString(),
    deadline: order.deadline.toString(),
  },
});

export type ReleaseTypedData = ReturnType<typeof releaseTypedData>;

const hashText = (text: string): string => keccak256(`0x${hexOf(text)}`).slice(2);
const hexOf = (ascii: string): string =>
  [...ascii].map((character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
const typeHash = (name: string, fields: readonly { name: string; type: string }[]): string =>
  hashText(`${name}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`);

/** The digest that is signed, that the contract remembers as used, and that its event `Released` repeats. */
export const releaseDigest = ({ chainId, factory, depositAddress }: ReleaseScope, order: ReleaseOrder): Hex => {
  const domain = [
    typeHash('EIP712Domain', DOMAIN_FIELDS),
    hashText(DOMAIN_NAME),
    hashText(DOMAIN_VERSION),
    abiWord(chainId),
    abiWord(factory),
  ];
  const message = [
    typeHash('Release', RELEASE_FIELDS),
    abiWord(depositAddress),
    abiWord(order.token),
    abiWord(order.to),
    abiWord(order.amountBaseUnits),
    abiWord(0n),
    abiWord(order.nonce),
    abiWord(order.deadline),
  ];
  const [separator, struct] = [domain, message].map((label) => keccak256(`0x${label.join('')}`).slice(2));
  return keccak256(`0x1901${separator}${struct}`);
};

/** Selector of `release((address,address,uint32,uint96),(address,address,uint256,bool,uint256,uint256),bytes,bytes)`. */
const RELEASE_SELECTOR = keccak256(
  `0x${hexOf('release((address,address,uint32,uint96),(address,address,uint256,bool,uint256,uint256),bytes,bytes)')}`,
).slice(2, 10);

/** Calldata of the factory's `release` with the receiver's signature; the fee receiver signs nothing. */
export const releaseCalldata = (terms: DepositTerms, order: ReleaseOrder, signature: Hex): Hex => {
  const bytes = signature.slice(2).toLowerCase();
  const padded = bytes.padEnd(Math.ceil(bytes.length / 64) * 64, '0');
  // Ten words of terms and order, two offsets, then the two byte strings.
  const head = 12 * 32;
  return `0x${[
    RELEASE_SELECTOR,
    abiWord(terms.receiver),
    abiWord(terms.feeReceiver),
    abiWord(terms.feeRateE9),
    contractIdWord(terms.contractId),
    abiWord(order.token),
    abiWord(order.to),
    abiWord(order.amountBaseUnits),
    abiWord(0n),
    abiWord(order.nonce),
    abiWord(order.deadline),
    abiWord(head),
    abiWord(head + 32 + padded.length / 2),
    abiWord(bytes.length / 2),
    padded,
    abiWord(0n),
  ].join('')}`;
};

/** How an order's amount is split: the fee is the settlement's own. */
export const splitRelease = (
  amountBaseUnits: BaseUnits,
  feeRateE9: bigint,
): { netBaseUnits: BaseUnits; feeBaseUnits: BaseUnits } => {
  const feeBaseUnits = feeOfSettlement(amountBaseUnits, feeRateE9);
  return { netBaseUnits: subtract(amountBaseUnits, feeBaseUnits), feeBaseUnits };
};
