// An account's balance on one chain and the cost of a transfer: one batch to one provider, with a deadline. A chain that does not
// respond in time does not stop a payment: the wallet checks the same again.

import type { RpcPool } from '#chain/rpc-pool.ts';
import { type Chain, chainById } from '#domain/chains.ts';
import { balanceFromResult, balanceOfCalldata } from '#domain/erc20.ts';
import { type BaseUnits, type Wei, weiOf } from '#domain/money.ts';
import { within } from '#domain/within.ts';
import type { UnsignedTransaction } from '#web/checkout/server/wallet-types.ts';
import { quantityOf } from './quantity.ts';
import { chainIdHex } from './wallet-networks.ts';

export interface PayerBalance {
  tokenBalance: BaseUnits;
  /** In wei. */
  nativeBalance: Wei;
  /** The estimated cost of the transfer in wei, without the small data fee of roll-ups. */
  feeWei: Wei;
}

/** For all providers of the chain together. */
const DEADLINE_MS = 6_000;

/** Null when no provider responded in time. */
export const readPayerBalance = async (
  pool: RpcPool | undefined,
  transaction: UnsignedTransaction,
): Promise<PayerBalance | null> => {
  if (!pool) return null;
  const { from, to } = transaction;
  const calls = [
    { method: 'eth_call', params: [{ to, data: balanceOfCalldata(from) }, 'latest'] },
    { method: 'eth_getBalance', params: [from, 'latest'] },
    { method: 'eth_gasPrice', params: [] },
    // The estimate fails while the balance is too small: the chain's usual gas is used then.
    { method: 'eth_estimateGas', params: [{ ...transaction, chainId: chainIdHex(pool.chainId) }] },
  ];
  try {
    const reading = pool.use((provider) => provider.batch(calls));
    const responses = await within(DEADLINE_MS, reading, null);
    return responses && payerBalanceOf(responses, chainById(pool.chainId));
  } catch {
    return null;
  }
};

const payerBalanceOf = (
  [tokens, native, price, estimate]: readonly unknown[],
  { transferGas }: Chain,
): PayerBalance | null => {
  const tokenBalance = balanceFromResult(tokens);
  const nativeBalance = quantityOf(native);
  const gasPrice = quantityOf(price);
  if (tokenBalance === undefined || nativeBalance === undefined || gasPrice === undefined) return null;
  const feeWei = weiOf(gasPrice * (quantityOf(estimate) ?? transferGas));
  return { tokenBalance, nativeBalance: weiOf(nativeBalance), feeWei };
};
