// What an account holds on one chain, and what a transfer would cost it: one batch to one provider, with a deadline. A chain
// that does not answer in time is no reason not to pay: the wallet checks the same again.

import type { RpcPool } from '#chain/rpc-pool.ts';
import { type Chain, chainById } from '#domain/chains.ts';
import { balanceFromResult, balanceOfCalldata } from '#domain/erc20.ts';
import { type BaseUnits, type Wei, weiOf } from '#domain/money.ts';
import type { UnsignedTransaction } from '#web/checkout/server/wallet-types.ts';
import { quantityOf } from './quantity.ts';
import { chainIdHex } from './wallet-networks.ts';

export interface PayerBalance {
  tokenBalance: BaseUnits;
  /** In wei. */
  nativeBalance: Wei;
  /** About what the transfer costs, in wei. On roll-ups without their small charge for data. */
  feeWei: Wei;
}

/** For every provider of the chain together: a shopper waits. */
const DEADLINE_MS = 6_000;

/** Null when no provider answered in time. */
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
    // Fails while the balance is too small: then the chain's usual figure counts.
    { method: 'eth_estimateGas', params: [{ ...transaction, chainId: chainIdHex(pool.chainId) }] },
  ];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), DEADLINE_MS);
  });
  try {
    const responses = await Promise.race([pool.use((provider) => provider.batch(calls)), deadline]);
    return responses && payerBalanceOf(responses, chainById(pool.chainId));
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
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
