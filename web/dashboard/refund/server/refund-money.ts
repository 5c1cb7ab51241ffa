// Money of an order that can be refunded: where it lies now, and what prevents a refund.
import { isRpcError, malformed } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Orm } from '#db/orm.ts';
import { findReviewMoney, findSurplusMoney, type ReturnableMoney } from '#db/refunds/returnable-money.ts';
import type { Address } from '#domain/address.ts';
import { tokenOf } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import type { EnabledChain } from '#domain/config.ts';
import { balanceFromResult, balanceOfCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { type BaseUnits, formatDecimal, PRICE_DECIMALS } from '#domain/money.ts';
import type { RefundSource } from '#domain/refunds.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { quantityOf } from '#web/chains/quantity.ts';
import type { RefundTarget } from './refund-types.ts';

export interface RefundDeps {
  orm: Orm;
  chains: readonly EnabledChain[];
  pools: ChainPools;
}

export interface RefundMoney {
  money: ReturnableMoney;
  enabled: EnabledChain;
  pool: RpcPool;
  /** Of the token. */
  decimals: number;
}

export interface Holdings {
  deposit: BaseUnits;
  wallet: BaseUnits;
  /** The head block that the balances were read at. */
  head: bigint;
}

/** Null when the store has no such money. Throws UserError `unknown_chain`. */
export const findMoney = async (
  { orm, chains, pools }: RefundDeps,
  storeId: string,
  target: RefundTarget,
): Promise<RefundMoney | null> => {
  const em = orm.em.fork();
  const money =
    target.kind === 'review'
      ? await findReviewMoney(em, storeId, target.reviewItemId)
      : isIntentId(target.intentId)
        ? await findSurplusMoney(em, storeId, target.intentId)
        : null;
  if (!money) return null;
  const enabled = chains.find(({ chain }) => chain.id === money.chainId);
  const pool = pools.get(money.chainId);
  const decimals = enabled && tokenOf(enabled.chain, money.coin)?.decimals;
  if (!enabled || !pool || decimals === undefined) {
    throw new UserError('unknown_chain', `Chain ${money.chainId} is not available here at the moment.`);
  }
  return { money, enabled, pool, decimals };
};

/** Money that can be refunded now, and from where. Throws UserError. */
export const requireMoney = async (deps: RefundDeps, storeId: string, target: RefundTarget) => {
  const found = await findMoney(deps, storeId, target);
  if (!found) throw new UserError('nothing_to_send_back', 'This money can no longer be refunded: reload the page.');
  if (found.money.existing) {
    throw new UserError('already_sent_back', 'This money was already refunded, or is being refunded: reload the page.');
  }
  const holdings = await readHoldings(found);
  const source = sourceOf(found.money, holdings);
  const obstacle = obstacleTo(found, holdings, source);
  if (obstacle) throw new UserError('not_enough', obstacle);
  return { ...found, holdings, source };
};

/** Token balances of the deposit address and the receiver's wallet, and the head, from one provider. Throws RpcError. */
export const readHoldings = ({ money, pool }: RefundMoney): Promise<Holdings> =>
  pool.use(async (provider) => {
    const balanceOf = (owner: Address) => ({
      method: 'eth_call',
      params: [{ to: money.token, data: balanceOfCalldata(owner) }, 'latest'],
    });
    const responses = await provider.batch([
      { method: 'eth_blockNumber', params: [] },
      balanceOf(money.depositAddress),
      balanceOf(money.receiver),
    ]);
    for (const response of responses) if (isRpcError(response)) throw response;
    const [head, deposit, wallet] = [
      quantityOf(responses[0]),
      balanceFromResult(responses[1]),
      balanceFromResult(responses[2]),
    ];
    if (head === undefined || deposit === undefined || wallet === undefined)
      throw malformed(provider.name, 'the head or a balance is not a number');
    return { head, deposit, wallet };
  });

/** A surplus that the deposit address no longer holds in full was paid out with the payment. */
export const sourceOf = ({ amountBaseUnits }: ReturnableMoney, { deposit }: Holdings): RefundSource =>
  deposit >= amountBaseUnits ? 'deposit' : 'wallet';

/** What prevents the refund now, as a message; null when nothing does. */
export const obstacleTo = (
  { money, decimals }: RefundMoney,
  holdings: Holdings,
  source: RefundSource,
): string | null => {
  if (money.payerDenied) return 'Screening denies this payer: ask the operator what to do.';
  if (money.payer === money.receiver) return 'The payer is your own receiving address.';
  if (source === 'deposit' || holdings.wallet >= money.amountBaseUnits) return null;
  const shown = (baseUnits: bigint): string =>
    `${formatDecimal(baseUnits, decimals, PRICE_DECIMALS)} ${coinSymbol(money.coin)}`;
  return `The order's address holds ${shown(holdings.deposit)} and your receiving address ${shown(holdings.wallet)}. The refund needs ${shown(money.amountBaseUnits)}.`;
};
