// Money of an order that can be refunded: whose it is, how much of it is asked for, where it lies, and what prevents a refund.
import { isRpcError, malformed } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Orm } from '#db/orm.ts';
import {
  findReviewedOrder,
  type RefundableOrder,
  type RefundView,
  readRefundableOrder,
} from '#db/refunds/refundable-order.ts';
import { isShare } from '#db/refunds/refunds.ts';
import { type Address, typedAddress } from '#domain/address.ts';
import { tokenName } from '#domain/chains.ts';
import type { EnabledChain } from '#domain/config.ts';
import { balanceFromResult, balanceOfCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { type BaseUnits, baseUnitsOf, formatDecimal, PRICE_DECIMALS, UNIT_DECIMALS } from '#domain/money.ts';
import type { AddressCheck, PayableAddress } from '#domain/payable-address.ts';
import { type FeeBearer, quoteRefund, type RefundPart, type RefundShare, refundSource } from '#domain/refunds.ts';
import { isRefundable } from '#domain/status.ts';
import { readTypedDecimal, typedProblem } from '#domain/typed-amount.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { quantityOf } from '#web/chains/quantity.ts';
import type { RefundTarget, RefundTerms } from './refund-types.ts';

export interface RefundDeps {
  orm: Orm;
  chains: readonly EnabledChain[];
  pools: ChainPools;
  checkAddress: AddressCheck;
  /** Null: WalletConnect is not offered. */
  walletConnectProjectId?: string | null;
  /** Announces the development wallet; null outside development. */
  developmentWalletScript?: string | null;
}

export interface RefundMoney {
  order: RefundableOrder;
  share: RefundShare;
  /** The piece that the target names, or the payer's surplus; null for the rest of what the payer sent. */
  part: RefundPart | null;
  /** The review that the refund resolves: it refunds the whole of that transfer. */
  reviewItemId: string | null;
  amountBaseUnits: BaseUnits;
  toAddress: Address;
  /** Null: the payer when the deposit address pays, the merchant when the wallet does. */
  feeBearer: FeeBearer | null;
  fromWallet: boolean;
  /** The latest refund of this money that did not fail. */
  existing: RefundView | null;
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

export const WHOLE: RefundTerms = { amount: null, to: null, feeBearer: null, requestId: null };

/** Null when the store has no such money. Throws UserError `unknown_chain`, `bad_amount`, `bad_address`. */
export const findMoney = async (
  deps: RefundDeps,
  storeId: string,
  target: RefundTarget,
  terms: RefundTerms = WHOLE,
): Promise<RefundMoney | null> => {
  const em = deps.orm.em.fork();
  const intentId =
    target.kind === 'review' ? await findReviewedOrder(em, storeId, target.reviewItemId) : target.intentId;
  const order = intentId && (await readRefundableOrder(em, storeId, intentId));
  return order ? moneyOf(deps, order, target, terms) : null;
};

/** The same of an order that was read. */
export const moneyOf = (
  { chains, pools }: RefundDeps,
  order: RefundableOrder,
  target: RefundTarget,
  terms: RefundTerms = WHOLE,
): RefundMoney | null => {
  const named = namedMoney(order, target);
  if (!named) return null;
  const { share, part, existing } = named;
  const enabled = chains.find(({ chain }) => chain.id === share.chainId);
  const pool = pools.get(share.chainId);
  if (!enabled || !pool)
    throw new UserError('unknown_chain', `Chain ${share.chainId} is not available here at the moment.`);
  const decimals = decimalsOf(share.unitsPerBase);
  const whole = part?.amountBaseUnits ?? existing?.amountBaseUnits ?? share.remainingBaseUnits;
  const amountBaseUnits = terms.amount === null ? whole : amountOf(terms.amount, decimals);
  const isWholeReview = part?.kind === 'review' && amountBaseUnits === part.amountBaseUnits;
  return {
    ...{ order, share, part, existing, enabled, pool, decimals, amountBaseUnits },
    reviewItemId: isWholeReview ? part.reviewItemId : null,
    toAddress: terms.to === null ? share.payer : typedAddress(terms.to),
    fromWallet: terms.fromWallet ?? false,
    feeBearer: terms.feeBearer,
  };
};

/** Of a token of which this many ledger units are one base unit: a power of ten. */
export const decimalsOf = (unitsPerBase: bigint): number => UNIT_DECIMALS + 1 - String(unitsPerBase).length;

type NamedMoney = Pick<RefundMoney, 'share' | 'part' | 'existing'>;

const namedMoney = (order: RefundableOrder, target: RefundTarget): NamedMoney | null => {
  const { shares, refunds } = order;
  const standing = refunds.filter(({ state }) => state !== 'failed');
  const shareOf = (refund: RefundView | undefined) => refund && shares.find((share) => isShare(share, refund));
  if (target.kind === 'payer') {
    const share = shares.find((one) => isShare(one, target));
    return share ? { share, part: share.parts.find(({ kind }) => kind === 'surplus') ?? null, existing: null } : null;
  }
  if (target.kind === 'review') {
    for (const share of shares) {
      const part = share.parts.find((one) => one.kind === 'review' && one.reviewItemId === target.reviewItemId);
      if (part) return { share, part, existing: null };
    }
    const existing = standing.findLast(({ reviewItemId }) => reviewItemId === target.reviewItemId);
    const share = shareOf(existing);
    return existing && share ? { share, part: null, existing } : null;
  }
  // A surplus of several senders: the largest that is left.
  const [largest] = shares
    .flatMap((share) => share.parts.filter(({ kind }) => kind === 'surplus').map((part) => ({ share, part })))
    .toSorted((a, b) => Number(valueIn(b) - valueIn(a)));
  if (largest) return { ...largest, existing: null };
  const existing = standing.findLast(({ transferId }) => transferId === null);
  const share = shareOf(existing);
  return existing && share ? { share, part: null, existing } : null;
};

const valueIn = ({ share, part }: { share: RefundShare; part: RefundPart }): bigint =>
  part.amountBaseUnits * share.unitsPerBase;

const amountOf = (text: string, decimals: number): BaseUnits => {
  const typed = readTypedDecimal(text, decimals);
  const none = `must be a number above zero, with at most ${decimals} decimals`;
  if ('problem' in typed) throw new UserError('bad_amount', `Amount: ${typedProblem(typed, none)}.`);
  if (typed.value === 0n) throw new UserError('bad_amount', `Amount: ${none}.`);
  return baseUnitsOf(typed.value);
};

export interface PayableMoney extends RefundMoney {
  holdings: Holdings;
  source: 'deposit' | 'wallet';
  /** `toAddress`, checked on the refund's network. */
  payTo: PayableAddress;
}

/** Money that can be refunded now, and from where. Throws UserError. */
export const requireMoney = async (
  deps: RefundDeps,
  storeId: string,
  target: RefundTarget,
  terms: RefundTerms,
): Promise<PayableMoney> => {
  const found = await findMoney(deps, storeId, target, terms);
  if (!found) throw new UserError('nothing_to_send_back', 'This money can no longer be refunded: reload the page.');
  if (found.existing || found.share.remainingBaseUnits === 0n)
    throw new UserError('already_sent_back', 'This money was already refunded, or is being refunded: reload the page.');
  const holdings = await readHoldings(found);
  const source = sourceOf(found, holdings);
  const obstacle = obstacleTo(found, holdings, source);
  if (obstacle) throw new UserError('not_enough', obstacle);
  return { ...found, holdings, source, payTo: await checkRecipient(deps, found) };
};

/** Throws UserError when money that is sent to the refund's address would be lost there, or its network does not respond. */
export const checkRecipient = (
  { checkAddress }: RefundDeps,
  { toAddress, share }: RefundMoney,
): Promise<PayableAddress> => checkAddress(toAddress, { chainId: share.chainId });

/** Token balances of the deposit address and the receiver's wallet, and the head, from one provider. Throws RpcError. */
export const readHoldings = ({ order, share, pool }: RefundMoney): Promise<Holdings> =>
  pool.use(async (provider) => {
    const balanceOf = (owner: Address) => ({
      method: 'eth_call',
      params: [{ to: share.token, data: balanceOfCalldata(owner) }, 'latest'],
    });
    const responses = await provider.batch([
      { method: 'eth_blockNumber', params: [] },
      balanceOf(order.depositAddress),
      balanceOf(order.receiver),
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

export const sourceOf = ({ amountBaseUnits, share, feeBearer, fromWallet }: RefundMoney, { deposit }: Holdings) =>
  fromWallet
    ? 'wallet'
    : refundSource(amountBaseUnits, share, { feeBearer: feeBearer ?? 'payer', heldAtDeposit: deposit });

export const bearerOf = ({ feeBearer }: RefundMoney, source: 'deposit' | 'wallet'): FeeBearer =>
  feeBearer ?? (source === 'deposit' ? 'payer' : 'merchant');

export const quoteOf = (found: RefundMoney, source: 'deposit' | 'wallet') =>
  quoteRefund(found.amountBaseUnits, {
    source,
    feeBearer: bearerOf(found, source),
    feeRateE9: found.order.feeRateE9,
  });

/** What prevents the refund now, as a message; null when nothing does. */
export const obstacleTo = (
  found: RefundMoney,
  holdings: Holdings | null,
  source: 'deposit' | 'wallet',
): string | null => {
  const { order, share, amountBaseUnits, toAddress, decimals } = found;
  const shown = (baseUnits: bigint): string =>
    `${formatDecimal(baseUnits, decimals, PRICE_DECIMALS)} ${tokenName(share.chainId, share.token, share.coin)}`;
  if (share.isDenied) return 'Screening denies this payer: ask the operator what to do.';
  if (!isRefundable(order.status))
    return 'The order still waits for its payment. Its money can be refunded when that has ended.';
  if (toAddress === order.receiver)
    return toAddress === share.payer
      ? 'The payer is your own receiving address.'
      : 'This is your own receiving address: enter the address of the payer.';
  if ([order.depositAddress, order.factory, share.token].includes(toAddress))
    return 'Nobody can use money at this address: it is a contract of this payment.';
  if (amountBaseUnits > share.remainingBaseUnits)
    return `Only ${shown(share.remainingBaseUnits)} is left of what this payer sent.`;
  const quote = quoteOf(found, source);
  if (quote.payerGetsBaseUnits <= 0n) return 'After the fee nothing would be left for the payer.';
  if (holdings === null) return UNREACHABLE;
  if (source === 'deposit' || holdings.wallet >= quote.leavesBaseUnits) return null;
  return `The order’s address holds ${shown(holdings.deposit)} and your receiving address ${shown(holdings.wallet)}. The refund needs ${shown(quote.leavesBaseUnits)}.`;
};

const UNREACHABLE = 'No provider of this network responds at the moment. Nothing was moved; try again in a minute.';
