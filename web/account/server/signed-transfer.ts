// Decodes a transaction that a browser signed. It must be a plain ERC-20 transfer of a coin that we support. The sender is recovered
// from the signature.
import { Transaction } from 'ethers';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import { type Chain, type Token, tokenAt } from '#domain/chains.ts';
import { UserError } from '#domain/errors.ts';
import { type BaseUnits, baseUnitsOf } from '#domain/money.ts';
import type { ChainAccess } from '#web/chains/chain-access.ts';

export interface SignedTransfer {
  chain: Chain;
  token: Token;
  from: Address;
  recipient: Address;
  amountBaseUnits: BaseUnits;
  nonce: bigint;
  txHash: Hex;
  rawTx: Hex;
}

/** Selector, address padded with 12 zero bytes, amount: exactly 68 bytes. */
const TRANSFER = /^0xa9059cbb0{24}([0-9a-f]{40})([0-9a-f]{64})$/;
const RAW = /^0x02[0-9a-f]{1,4096}$/;

/** Throws UserError `bad_transaction` with the reason, or `unknown_chain`. */
export const readSignedTransfer = (access: ChainAccess, rawTx: string): SignedTransfer => {
  const transaction = parse(rawTx.toLowerCase());
  const { from, to, hash, data, value, nonce } = transaction;
  const call = TRANSFER.exec(data);
  if (!from || !to || !hash || !call?.[1] || !call[2] || value !== 0n || (transaction.accessList ?? []).length > 0) {
    throw bad('it is not a plain token transfer');
  }
  const chain = access.chain(Number(transaction.chainId));
  const token = tokenAt(chain, toChecksumAddress(to));
  if (!token) throw bad('its token is not supported');
  return {
    chain,
    token,
    from: toChecksumAddress(from),
    recipient: toChecksumAddress(`0x${call[1]}`),
    amountBaseUnits: baseUnitsOf(`0x${call[2]}`),
    nonce: BigInt(nonce),
    txHash: hash as Hex,
    rawTx: transaction.serialized as Hex,
  };
};

const parse = (rawTx: string): Transaction => {
  if (!RAW.test(rawTx)) throw bad('it is not an EIP-1559 transaction');
  try {
    return Transaction.from(rawTx);
  } catch (cause) {
    throw bad('it cannot be read', cause);
  }
};

const bad = (reason: string, cause?: unknown): UserError =>
  new UserError('bad_transaction', `The signed transaction was not sent: ${reason}`, { cause });
