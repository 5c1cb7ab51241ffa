// The server's part of a payment by browser wallet: screens the payer, builds the unsigned transaction, and checks the payer's
// balance and gas. The browser needs no chain library, and few transactions fail.

import { WalletTx } from '#db/entities/wallet.entity.ts';
import { listAwaited } from '#db/intents/announced-transactions.ts';
import type { Orm } from '#db/orm.ts';
import { type Address, type Hex, parseAddress } from '#domain/address.ts';
import { type Token, tokenOf } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import type { EnabledChain } from '#domain/config.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { type BaseUnits, formatDecimal, parseBaseUnits, type Wei } from '#domain/money.ts';
import { NATIVE_DECIMALS } from '#domain/native-prices.ts';
import type { Screening } from '#domain/screening.ts';
import { PaymentMethod } from '#domain/status.ts';
import { parseTxHash } from '#domain/tx-hash.ts';
import type { PayOption } from '#web/account/server/account-types.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';
import { readPayerBalance } from '#web/chains/payer-balance.ts';
import { walletNetwork } from '#web/chains/wallet-networks.ts';
import { NO_CHOICE } from '../parts/choice-of.ts';
import { type CheckoutLimiter, type CheckoutLimits, createCheckoutLimiter, limitsOfDoor } from './checkout-limits.ts';
import { isKnownToNodes, lookForKnown } from './known-transaction.ts';
import { announcePayment, type PayerResult, screenPayer } from './payer-service.ts';
import type { CheckoutChoice, CheckoutView } from './view-types.ts';
import type {
  UnsignedTransaction,
  WalletOptions,
  WalletOrder,
  WalletPick,
  WalletPreparation,
  WalletRequest,
} from './wallet-types.ts';

export interface WalletServiceDeps {
  orm: Orm;
  chains: readonly EnabledChain[];
  pools: ChainPools;
  screening: Screening;
  walletConnectProjectId: string | null;
  /** Where the development wallet's script is served, or null. */
  developmentWalletScript: string | null;
  limits?: CheckoutLimits;
  /** What a wallet can pay with, the best first. Throws UserError when the checkout takes no payment. */
  payOptions(id: string, payer: Address): Promise<PayOption[]>;
  /** The current view of a checkout; null when there is none. */
  readView(id: string, choice: CheckoutChoice): Promise<CheckoutView | null>;
}

export interface WalletService {
  /** Null when there is no such checkout. */
  options(id: string, clientAddress: string): Promise<WalletOptions | null>;
  /** Null when there is no such checkout, or the payer is not an address. */
  prepare(id: string, request: WalletRequest, clientAddress: string): Promise<WalletPreparation | null>;
  /**
   * What an account can pay this checkout with at the lowest cost, by its balances on all accepted networks. Null when it can pay with
   * nothing, when no network responds, or when it asks too often: the page keeps what it shows.
   */
  pick(id: string, payer: string, clientAddress: string): Promise<WalletPick | null>;
  /** A wallet sent this transaction: the method becomes WALLET_CONNECT. `rejected`: no hash, or another browser names it and no node has it. */
  announce(
    id: string,
    announced: { txHash: string; isOurs: boolean },
    clientAddress: string,
  ): Promise<'noted' | 'rejected' | 'tooOften'>;
}

/** Decimal places of native coin amounts. */
const FEE_DECIMALS = 6;

export const createWalletService = (deps: WalletServiceDeps): WalletService => {
  const { orm, limits } = deps;
  const screeningWait = createCheckoutLimiter(orm, 'wallet', limits ?? limitsOfDoor('wallet'));
  const pickWait = createCheckoutLimiter(orm, 'wallet_pick', limitsOfDoor('walletPick'));
  const announcingWait = createCheckoutLimiter(orm, 'wallet_sent', limits ?? limitsOfDoor('walletSent'));
  const lookingWait = createCheckoutLimiter(orm, 'wallet_look', limitsOfDoor('walletLook'));
  return {
    async options(id, clientAddress) {
      const view = await deps.readView(id, NO_CHOICE);
      if (!view) return null;
      const { walletConnectProjectId, developmentWalletScript } = deps;
      return {
        walletConnectProjectId,
        developmentWalletScript,
        sentTxHash: await readUnseenTransaction(
          deps,
          view,
          () => lookingWait({ intentId: view.summary.id, clientAddress }),
          isKnownToNodes,
        ),
      };
    },
    prepare: (id, request, clientAddress) =>
      prepare({ ...deps, waitFor: screeningWait, lookingWait, clientAddress }, id, request),
    async pick(id, given, clientAddress) {
      const payer = parseAddress(given);
      if (!isIntentId(id) || !payer || (await pickWait({ intentId: id, clientAddress })) !== null) return null;
      return await pickFor(deps, id, payer);
    },
    async announce(id, { txHash, isOurs }, clientAddress) {
      const hash = parseTxHash(txHash);
      if (!isIntentId(id) || !hash) return 'rejected';
      const isTooOften = (await announcingWait({ intentId: id, clientAddress })) !== null;
      // The browser inside a wallet app is another one than the shopper's. It is believed when a node has the transaction.
      if (!isOurs && isTooOften) return 'tooOften';
      if (!isOurs && !(await lookForKnown(deps, id, hash))) return 'rejected';
      // Above the limit it is only kept: the next request that may read chains looks for it.
      await announcePayment(deps, id, { txHash, method: PaymentMethod.WALLET_CONNECT }, !isTooOften);
      return 'noted';
    },
  };
};

/** A page names coins, so only the token that a coin's name means can be picked. */
const pickFor = async (deps: WalletServiceDeps, id: IntentId, payer: Address): Promise<WalletPick | null> => {
  const options = await deps.payOptions(id, payer).catch((error: unknown) => {
    if (error instanceof UserError) return [];
    throw error;
  });
  const best = options.find(({ enough, chainId, coin, token }) => {
    const chain = deps.chains.find((enabled) => enabled.chain.id === chainId)?.chain;
    return enough && chain && tokenOf(chain, coin)?.address === token;
  });
  return best ? { coin: coinSymbol(best.coin), network: String(best.chainId) } : null;
};

interface PrepareDeps extends WalletServiceDeps {
  waitFor: CheckoutLimiter;
  lookingWait: CheckoutLimiter;
  clientAddress: string;
}

const prepare = async (
  deps: PrepareDeps,
  id: string,
  { payer: given, coin, network, again, isOurs }: WalletRequest,
): Promise<WalletPreparation | null> => {
  const payer = parseAddress(given);
  if (!payer) return null;
  const view = await deps.readView(id, { coin, network, qrHasAmount: false });
  if (!view) return null;
  const { state } = view;
  if (state.phase === 'noNetwork') return { kind: 'chainNotAccepted' };
  if (state.phase !== 'pay') return { kind: 'notPayable' };
  const { choice, address, due } = state;
  const enabled = deps.chains.find(({ chain }) => chain.id === choice.network.chainId);
  const token = enabled && tokenOf(enabled.chain, choice.coin.id);
  // The view falls back to the best offer, but a wallet must pay the requested coin and network.
  if (choice.coin.symbol !== coin || String(choice.network.chainId) !== network || !enabled || !token) {
    return { kind: 'chainNotAccepted' };
  }

  const seconds = await deps.waitFor({ intentId: view.summary.id, clientAddress: deps.clientAddress });
  if (seconds !== null) return { kind: 'tooOften', seconds };
  const screened = await screen(deps, view.summary.id, { payer, isOurs });
  if (screened === null) return { kind: 'screeningAway' };
  if (screened.kind === 'denied') return { kind: 'payerRefused' };
  const looking = () => deps.lookingWait({ intentId: view.summary.id, clientAddress: deps.clientAddress });
  const sent = again ? null : await readUnseenTransaction(deps, view, looking, lookForKnown);
  if (sent) return { kind: 'alreadySent', txHash: sent };

  const dueBaseUnits = parseBaseUnits(due, token.decimals);
  if (!dueBaseUnits) return { kind: 'notPayable' };
  const transaction: UnsignedTransaction = {
    from: payer,
    to: token.address,
    value: '0x0',
    data: transferCalldata(address, dueBaseUnits),
  };
  const order: WalletOrder = {
    chainId: enabled.chain.id,
    network: walletNetwork(enabled),
    coin: choice.coin.symbol,
    token: token.address,
    recipient: address,
    amount: due,
    transaction,
    fee: null,
    checked: false,
  };
  return await checkPurse(deps, { order, token, dueBaseUnits });
};

interface Draft {
  order: WalletOrder;
  token: Token;
  dueBaseUnits: BaseUnits;
}

const checkPurse = async (
  { pools }: WalletServiceDeps,
  { order, token, dueBaseUnits }: Draft,
): Promise<WalletPreparation> => {
  const payerBalance = await readPayerBalance(pools.get(order.chainId), order.transaction);
  if (!payerBalance) return { kind: 'ready', order };
  const network = order.network.chainName;
  const { coin } = order;
  if (payerBalance.tokenBalance < dueBaseUnits) {
    const balance = formatDecimal(payerBalance.tokenBalance, token.decimals, 4);
    return { kind: 'balanceTooSmall', balance, needed: order.amount, coin, network };
  }
  if (payerBalance.nativeBalance < payerBalance.feeWei) {
    const { symbol } = order.network.nativeCurrency;
    const [balance, needed] = [nativeDown(payerBalance.nativeBalance), nativeUp(payerBalance.feeWei)];
    return { kind: 'gasTooSmall', balance, needed, symbol, network };
  }
  return { kind: 'ready', order: { ...order, fee: nativeUp(payerBalance.feeWei), checked: true } };
};

const NATIVE_STEP = 10n ** BigInt(NATIVE_DECIMALS - FEE_DECIMALS);
const nativeDown = (wei: Wei): string => formatDecimal(wei / NATIVE_STEP, FEE_DECIMALS, 4);
const nativeUp = (wei: Wei): string => formatDecimal((wei + NATIVE_STEP - 1n) / NATIVE_STEP, FEE_DECIMALS, 4);

/** Null when screening is unavailable: nothing may be sent then. */
const screen = async (
  deps: WalletServiceDeps,
  id: IntentId,
  { payer, isOurs }: { payer: Address; isOurs: boolean },
): Promise<PayerResult | null> => {
  try {
    return await screenPayer(deps, id, payer, isOurs);
  } catch {
    return null;
  }
};

/**
 * The newest announced transaction that a node has, that the watcher has not seen and that is not known to have failed.
 * @param look a GET asks nodes without noting what they have; the POST before a payment notes it
 */
const readUnseenTransaction = async (
  deps: WalletServiceDeps,
  { summary, state }: CheckoutView,
  wait: () => Promise<number | null>,
  look: typeof lookForKnown,
): Promise<Hex | null> => {
  if (state.phase !== 'pay') return null;
  const em = deps.orm.em.fork();
  const [awaited, failed] = await Promise.all([
    listAwaited(em, summary.id),
    em.find(WalletTx, { intent: summary.id, state: 'failed' }, { fields: ['txHash'] }),
  ]);
  const done = new Set([...state.transfers, ...failed].map(({ txHash }) => txHash));
  const known = awaited.known.find((txHash) => !done.has(txHash));
  if (known) return known;
  const asked = awaited.unknown.filter((txHash) => !done.has(txHash));
  if (asked.length === 0 || (await wait()) !== null) return null;
  const isKnown = await Promise.all(asked.map((txHash) => look(deps, summary.id, txHash, 1)));
  return asked.find((_, index) => isKnown[index]) ?? null;
};
