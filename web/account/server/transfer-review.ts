// A transfer for review: the unsigned transaction, or why the wallet cannot pay it.
import type { Chain } from '#domain/chains.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { formatDecimal, type Wei } from '#domain/money.ts';
import { approximateUsd, NATIVE_DECIMALS, shortNative } from '#domain/native-prices.ts';
import type { TransferQuote, WantedTransfer } from '#web/chains/wallet-balances.ts';
import type { FeeEstimate, ReviewedTransfer } from './account-types.ts';

export const feeEstimate = (chain: Chain, feeWei: Wei): FeeEstimate => ({
  native: shortNative(feeWei),
  symbol: chain.nativeSymbol,
  usd: approximateUsd(chain, feeWei),
});

interface Shortfall {
  obstacle: 'balance' | 'gas';
  /** "4.10 USDT, needs 25.00 USDT", "needs about 0.0004 ETH for gas". */
  reason: string;
  /** The token, what the wallet has and what it needs, as decimal strings. */
  values: { coin: string; has: string; needs: string };
}

/** Why the wallet cannot pay a transfer, or null. */
export const shortfall = (chain: Chain, wanted: WantedTransfer, quote: TransferQuote): Shortfall | null => {
  const { decimals, name: coin } = wanted.token;
  if (quote.balance < wanted.amountBaseUnits) {
    const has = formatDecimal(quote.balance, decimals, 2);
    const needs = formatDecimal(wanted.amountBaseUnits, decimals, 2);
    return { obstacle: 'balance', reason: `${has} ${coin}, needs ${needs} ${coin}`, values: { coin, has, needs } };
  }
  if (quote.native >= quote.neededWei) return null;
  const gas = chain.nativeSymbol;
  const has = formatDecimal(quote.native, NATIVE_DECIMALS, 0);
  const needs = shortNative(quote.neededWei);
  return { obstacle: 'gas', reason: `needs about ${needs} ${gas} for gas`, values: { coin: gas, has, needs } };
};

/** Throws UserError `not_enough` when the wallet cannot pay it. */
export const reviewedTransfer = (chain: Chain, wanted: WantedTransfer, quote: TransferQuote): ReviewedTransfer => {
  const short = shortfall(chain, wanted, quote);
  if (short) {
    const values = { network: chain.name, ...short.values };
    throw new UserError('not_enough', `${chain.name}: ${short.reason}`, { values });
  }
  return {
    transaction: {
      type: 2,
      chainId: chain.id,
      nonce: quote.nonce,
      to: wanted.token.address,
      data: transferCalldata(wanted.recipient, wanted.amountBaseUnits),
      value: '0',
      gasLimit: quote.gasLimit.toString(),
      maxFeePerGas: quote.maxFeePerGas.toString(),
      maxPriorityFeePerGas: quote.maxPriorityFeePerGas.toString(),
    },
  };
};
