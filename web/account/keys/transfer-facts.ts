// What an unsigned transaction does, read from its own bytes and our built-in table of chains and tokens. The reviews show this and
// nothing else: the server's text about a transaction is not what is signed (decision 0064). On a network that the site added, name, coin
// and decimals are the site's word, and the review says so (decision 0087).
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import type { Chain, Token } from '#domain/chains.ts';
import { type BaseUnits, baseUnitsOf, formatDecimal, type Wei, weiOf } from '#domain/money.ts';
import { approximateUsd, shortNative } from '#domain/native-prices.ts';
import type { UnsignedTransaction } from '../server/account-types.ts';
import { AccountError } from './account-client.ts';
import { pageChains } from './known-chains.ts';

export interface TransferFacts {
  /** Checked, and only what is signed. */
  transaction: UnsignedTransaction;
  network: string;
  /** The coin's name in our table: "USDT", or "USDC.e" for a bridged token. */
  symbol: string;
  /** Decimal string, exact. */
  amount: string;
  amountBaseUnits: BaseUnits;
  recipient: Address;
  /** The most that the network may take for it. */
  highestFee: { native: string; symbol: string; usd: string };
  /** The chain takes a charge for data besides, which no transaction can limit (OP stack). */
  hasDataCharge: boolean;
  /** Set on a network that the site added: what is signed, in place of what the site calls it. */
  addedBySite: { chainId: number; contract: Address } | null;
}

/** Selector, address padded with 12 zero bytes, amount: exactly 68 bytes. */
const TRANSFER = /^0xa9059cbb0{24}([0-9a-f]{40})([0-9a-f]{64})$/;

/** Several times what a transfer costs in the chain's busiest hours. More is a mistake, or an attempt to burn the wallet's coin. */
export const feeCeiling = ({ gasPriceCap, transferGas }: Chain): Wei => weiOf(2n * gasPriceCap * transferGas);

const refused = (code: string, message: string): AccountError =>
  new AccountError(code, 400, `${message} Nothing was signed.`);

/**
 * Throws AccountError `not_reviewed` (no plain transfer), `unknown_network`, `unknown_token`, `fee_too_high`.
 * @param chains those of the page, unless a test says otherwise
 */
export const transferFacts = (unsigned: UnsignedTransaction, chains = pageChains()): TransferFacts => {
  const transaction = checkedTransaction(unsigned);
  const known = chains.find(({ chain: { id } }) => id === transaction.chainId);
  if (!known) throw refused('unknown_network', `Network ${transaction.chainId} is none of ours.`);
  const { chain, isConfigured } = known;
  const token = chain.tokens.find(({ address }) => address === transaction.to);
  if (!token) throw refused('unknown_token', `${transaction.to} is no coin that we know on ${chain.name}.`);
  const feeWei = weiOf(BigInt(transaction.gasLimit) * BigInt(transaction.maxFeePerGas));
  if (feeWei > feeCeiling(chain)) throw refused('fee_too_high', `The fee could be ${feeWei} wei.`);
  const highestFee = { native: shortNative(feeWei), symbol: chain.nativeSymbol, usd: approximateUsd(chain, feeWei) };
  return {
    transaction,
    network: chain.name,
    ...callFacts(transaction.data, token),
    highestFee,
    hasDataCharge: chain.isOpStack,
    addedBySite: isConfigured ? { chainId: chain.id, contract: token.address } : null,
  };
};

const callFacts = (data: Hex, { name: symbol, decimals }: Token) => {
  const [, to = '', amount = ''] = TRANSFER.exec(data) ?? [];
  const recipient = toChecksumAddress(`0x${to}`);
  const amountBaseUnits = baseUnitsOf(`0x${amount}`);
  return { symbol, amount: formatDecimal(amountBaseUnits, decimals, 4), amountBaseUnits, recipient };
};

/** The members that are signed, and no others, each of its exact type: what is shown must not be read in another way than what is signed. */
const checkedTransaction = (unsigned: UnsignedTransaction): UnsignedTransaction => {
  const { type, chainId, nonce, to, data, value, gasLimit, maxFeePerGas, maxPriorityFeePerGas } = unsigned;
  const areNumbers = [chainId, nonce].every((number) => Number.isSafeInteger(number) && number >= 0);
  const areQuantities = [gasLimit, maxFeePerGas, maxPriorityFeePerGas].every(
    (text) => typeof text === 'string' && /^\d{1,30}$/.test(text),
  );
  const isTransfer =
    type === 2 && value === '0' && typeof to === 'string' && typeof data === 'string' && TRANSFER.test(data);
  if (!areNumbers || !areQuantities || !isTransfer || BigInt(maxPriorityFeePerGas) > BigInt(maxFeePerGas)) {
    throw refused('not_reviewed', 'This is not a plain transfer of a coin.');
  }
  return { type, chainId, nonce, to, data, value, gasLimit, maxFeePerGas, maxPriorityFeePerGas };
};
