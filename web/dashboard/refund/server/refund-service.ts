// Sends money back to its payer with the merchant's own key (architecture.md section 6): this server writes the order, the wallet of
// the receiver signs and sends it, and the worker follows it on-chain. Nothing here can move money.
import { randomBytes } from 'node:crypto';
import { recoverAddress } from 'ethers';
import { isRpcError, malformed } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Actor } from '#db/merchants/audit.ts';
import type { Em, Orm } from '#db/orm.ts';
import {
  findReviewMoney,
  findSurplusMoney,
  listReturnableReviews,
  noteRefundSent,
  type RefundView,
  type ReturnableMoney,
  recordRefund,
} from '#db/refunds/refunds.ts';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import { type Chain, tokenOf } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import type { EnabledChain } from '#domain/config.ts';
import { balanceFromResult, balanceOfCalldata, transferCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { formatDecimal, PRICE_DECIMALS } from '#domain/money.ts';
import type { RefundSource } from '#domain/refunds.ts';
import {
  type ReleaseOrder,
  releaseCalldata,
  releaseDigest,
  releaseTypedData,
  splitRelease,
} from '#domain/release-order.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { quantityOf } from '#web/chains/quantity.ts';
import { walletNetwork } from '#web/chains/wallet-networks.ts';
import type {
  ExistingRefund,
  OrderToSend,
  OrderToSign,
  RefundOffer,
  RefundTarget,
  SignedOrder,
} from './refund-types.ts';

export interface RefundService {
  /** What can go back, or null when there is no such money in this store. */
  offer(storeId: string, target: RefundTarget): Promise<RefundOffer | null>;
  /** Everything of an order that can go back or went back; null when the store has no such order. */
  offers(storeId: string, intentId: string): Promise<{ orderId: string | null; offers: RefundOffer[] } | null>;
  /** The typed data for the receiver's wallet. Throws UserError when the money is not there, or went back already. */
  prepare(storeId: string, target: RefundTarget): Promise<OrderToSign>;
  /** Checks the signature, records the order, and says what to send. Throws UserError, `signature_refused` among them. */
  order(storeId: string, target: RefundTarget, signed: SignedOrder, by: OrderedBy): Promise<OrderToSend>;
  /** The same for money that the merchant's wallet holds: nothing to sign, a plain transfer to send. Throws UserError. */
  orderFromWallet(storeId: string, target: RefundTarget, by: OrderedBy): Promise<OrderToSend>;
  /** The recorded order that was not sent yet, once more. Throws UserError. */
  resume(storeId: string, target: RefundTarget): Promise<OrderToSend>;
  /** The wallet's transaction. Safe to run twice. Throws UserError. */
  noteSent(storeId: string, id: string, txHash: string): Promise<void>;
}

export interface OrderedBy {
  actor: Actor;
  reason: string;
}

export interface RefundDeps {
  orm: Orm;
  chains: readonly EnabledChain[];
  pools: ChainPools;
}

/** Long enough for a wallet of several signers, short enough to search its blocks in one go. */
const ORDER_SECONDS = 1_800;

interface Found {
  money: ReturnableMoney;
  chain: Chain;
  enabled: EnabledChain;
  pool: RpcPool;
  decimals: number;
}

interface Holdings {
  deposit: bigint;
  wallet: bigint;
  head: bigint;
}

export const createRefundService = ({ orm, chains, pools }: RefundDeps): RefundService => {
  const find = async (em: Em, storeId: string, target: RefundTarget): Promise<Found | null> => {
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
    return { money, chain: enabled.chain, enabled, pool, decimals };
  };

  /** Money that may go back now, and from where. */
  const need = async (storeId: string, target: RefundTarget) => {
    const found = await find(orm.em.fork(), storeId, target);
    if (!found) throw new UserError('nothing_to_send_back', 'There is no such money any more: load the page again.');
    if (found.money.existing) {
      throw new UserError(
        'already_sent_back',
        'This money has gone back already, or is on its way: load the page again.',
      );
    }
    const holdings = await readHoldings(found);
    const source = sourceOf(found.money, holdings);
    const problem = problemOf(found, holdings, source);
    if (problem) throw new UserError('not_enough', problem);
    return { ...found, holdings, source };
  };

  const toSend = (found: Found, id: string, to: Address, data: Hex): OrderToSend => ({
    id,
    transaction: { from: found.money.receiver, to, data, value: '0x0' },
    network: walletNetwork(found.enabled),
  });

  const offer: RefundService['offer'] = async (storeId, target) => {
    const found = await find(orm.em.fork(), storeId, target);
    if (!found) return null;
    const { money, chain, decimals } = found;
    const shown = (baseUnits: bigint): string => formatDecimal(baseUnits, decimals, PRICE_DECIMALS);
    const holdings = await readHoldings(found).catch((error: unknown) => {
      if (isRpcError(error)) return null;
      throw error;
    });
    const source = money.existing?.source ?? (holdings ? sourceOf(money, holdings) : 'deposit');
    const { feeBaseUnits, netBaseUnits } =
      source === 'deposit'
        ? splitRelease(money.amountBaseUnits, money.feeRateE9)
        : { feeBaseUnits: 0n, netBaseUnits: money.amountBaseUnits };
    const unreachable = 'No provider of this network answers at the moment. Nothing was moved; try again in a minute.';
    return {
      target,
      network: chain.name,
      coin: coinSymbol(money.coin),
      source,
      amount: shown(money.amountBaseUnits),
      fee: shown(feeBaseUnits),
      net: shown(netBaseUnits),
      payer: money.payer,
      receiver: money.receiver,
      held: holdings && shown(holdings[source]),
      problem: money.existing ? null : holdings ? problemOf(found, holdings, source) : unreachable,
      existing: money.existing && existingView(money.existing, chain),
    };
  };

  return {
    offer,

    async offers(storeId, intentId) {
      if (!isIntentId(intentId)) return null;
      const found = await listReturnableReviews(orm.em.fork(), storeId, intentId);
      if (!found) return null;
      const targets: RefundTarget[] = [
        ...found.reviewIds.map((reviewItemId) => ({ kind: 'review' as const, reviewItemId })),
        { kind: 'surplus', intentId },
      ];
      const offers = await Promise.all(targets.map((target) => offer(storeId, target)));
      return { orderId: found.orderId, offers: offers.filter((one) => one !== null) };
    },

    async prepare(storeId, target) {
      const found = await need(storeId, target);
      if (found.source !== 'deposit')
        throw new UserError('paid_out', 'This money was paid out to your wallet meanwhile: load the page again.');
      const order = releaseOrder(found.money, BigInt(`0x${randomBytes(8).toString('hex')}`), deadlineFromNow());
      return {
        typedData: releaseTypedData(scopeOf(found.money), order),
        nonce: order.nonce.toString(),
        deadline: Number(order.deadline),
        network: walletNetwork(found.enabled),
      };
    },

    async order(storeId, target, signed, { actor, reason }) {
      const found = await need(storeId, target);
      const { money, source, holdings } = found;
      if (source !== 'deposit')
        throw new UserError('paid_out', 'This money was paid out to your wallet meanwhile: load the page again.');
      const order = releaseOrder(money, checkedNonce(signed.nonce), checkedDeadline(signed.deadline));
      if (!/^0x([0-9a-fA-F]{2}){64,2048}$/.test(signed.signature))
        throw new UserError('signature_refused', 'The wallet gave no signature. Nothing was sent.');
      const digest = releaseDigest(scopeOf(money), order);
      const data = releaseCalldata(money, order, signed.signature);
      await checkSignature(found, digest, signed.signature, data);
      const { id } = await recordRefund(orm.em, {
        money,
        source,
        orderDigest: digest,
        callData: data,
        feeBaseUnits: splitRelease(money.amountBaseUnits, money.feeRateE9).feeBaseUnits,
        fromBlock: holdings.head,
        deadline: new Date(Number(order.deadline) * 1000),
        actor,
        reason,
      });
      return toSend(found, id, money.factory, data);
    },

    async orderFromWallet(storeId, target, { actor, reason }) {
      const found = await need(storeId, target);
      const { money, source, holdings } = found;
      if (source !== 'wallet')
        throw new UserError('at_deposit', "This money lies at the order's address: load the page again.");
      const data = transferCalldata(money.payer, money.amountBaseUnits);
      const { id } = await recordRefund(orm.em, {
        money,
        source,
        actor,
        reason,
        orderDigest: null,
        callData: data,
        feeBaseUnits: 0n,
        fromBlock: holdings.head,
        deadline: new Date(Number(deadlineFromNow()) * 1000),
      });
      return toSend(found, id, money.token, data);
    },

    async resume(storeId, target) {
      const found = await find(orm.em.fork(), storeId, target);
      const existing = found?.money.existing;
      if (!found || existing?.state !== 'signed')
        throw new UserError('nothing_to_send_back', 'There is no order that waits to be sent: load the page again.');
      if (existing.deadline.getTime() < Date.now())
        throw new UserError('order_expired', 'The signed order has run out. In a few minutes a new one can be made.');
      const { source, callData } = existing;
      return toSend(found, existing.id, source === 'deposit' ? found.money.factory : found.money.token, callData);
    },

    async noteSent(storeId, id, txHash) {
      if (!/^0x[0-9a-fA-F]{64}$/.test(txHash)) throw new UserError('bad_hash', 'The wallet gave no transaction hash.');
      await noteRefundSent(orm.em, storeId, id, txHash as Hex);
    },
  };
};

const deadlineFromNow = (): bigint => BigInt(Math.floor(Date.now() / 1000) + ORDER_SECONDS);

const checkedNonce = (text: string): bigint => {
  if (!/^\d{1,20}$/.test(text))
    throw new UserError('order_changed', 'The order was changed on the way. Nothing was sent.');
  return BigInt(text);
};

const checkedDeadline = (deadline: number): bigint => {
  const now = Date.now() / 1000;
  if (!Number.isInteger(deadline) || deadline > now + ORDER_SECONDS + 60)
    throw new UserError('order_changed', 'The order was changed on the way. Nothing was sent.');
  if (deadline < now + 60)
    throw new UserError('order_expired', 'The order ran out while it was signed: sign a new one.');
  return BigInt(deadline);
};

const scopeOf = ({ chainId, factory, depositAddress }: ReturnableMoney) => ({ chainId, factory, depositAddress });

const releaseOrder = (money: ReturnableMoney, nonce: bigint, deadline: bigint): ReleaseOrder => ({
  token: money.token,
  to: money.payer,
  amountBaseUnits: money.amountBaseUnits,
  nonce,
  deadline,
});

/** What deposit address and wallet hold of the token, and the head, from one provider. Throws RpcError. */
const readHoldings = ({ money, pool }: Found): Promise<Holdings> =>
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

/** A surplus of which the deposit address holds a part only was paid out with the payment. */
const sourceOf = ({ amountBaseUnits }: ReturnableMoney, { deposit }: Holdings): RefundSource =>
  deposit >= amountBaseUnits ? 'deposit' : 'wallet';

const problemOf = ({ money, decimals }: Found, holdings: Holdings, source: RefundSource): string | null => {
  if (money.payerRefused) return 'Screening refuses this payer: ask the operator of this system what is to be done.';
  if (money.payer === money.receiver) return 'The payer is your own receiving address.';
  if (source === 'deposit' || holdings.wallet >= money.amountBaseUnits) return null;
  const shown = (baseUnits: bigint): string =>
    `${formatDecimal(baseUnits, decimals, PRICE_DECIMALS)} ${coinSymbol(money.coin)}`;
  return `The order's address holds ${shown(holdings.deposit)} and your receiving address ${shown(holdings.wallet)}: ${shown(money.amountBaseUnits)} are needed.`;
};

/** A key's signature is recovered; a contract's is asked of the chain by running the call without sending it. */
const checkSignature = async ({ money, pool }: Found, digest: Hex, signature: Hex, data: Hex): Promise<void> => {
  const rejected = (): UserError =>
    new UserError(
      'signature_refused',
      `This was not signed by ${money.receiver}, the receiving address of this order. Nothing was sent.`,
    );
  const call = { from: money.receiver, to: money.factory, data };
  try {
    await pool.use((provider) => provider.call('eth_call', [call, 'latest']));
  } catch (error) {
    if (!isRpcError(error)) throw error;
    if (error.code !== 'rpc_reverted' && error.code !== 'rpc_refused')
      throw new UserError('unreachable', 'No provider of this network answers at the moment. Nothing was sent.');
    if (recovered(digest, signature) !== money.receiver) throw rejected();
    throw new UserError(
      'not_accepted',
      'The contract would not carry this order out now: the money may have been settled a moment ago, or the coin refuses the payer. Nothing was sent.',
      { cause: error },
    );
  }
};

const recovered = (digest: Hex, signature: Hex): Address | null => {
  try {
    return toChecksumAddress(recoverAddress(digest, signature));
  } catch {
    return null;
  }
};

const existingView = (row: RefundView, { explorerTxUrl }: Chain): ExistingRefund => ({
  id: row.id,
  state: row.state,
  txHash: row.txHash,
  explorerUrl: row.txHash && explorerTxUrl ? `${explorerTxUrl}${row.txHash}` : null,
  deadline: row.deadline.toISOString(),
  requestedBy: row.requestedBy,
});
