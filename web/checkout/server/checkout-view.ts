// The presenter of the checkout page: reads an intent with its transfers and cursors, and returns what to show.
// It only reads; what a visit changes is in checkout-service.ts.
import { ChainCursor, TokenTransfer } from '#db/entities/chain.entity.ts';
import { ReviewItem } from '#db/entities/delivery.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { Refund } from '#db/entities/refund.entity.ts';
import { type OrderBooking, readBookings } from '#db/orders/bookings.ts';
import type { Em } from '#db/orm.ts';
import { type GivenRefundAddress, readRefundAddresses } from '#db/refunds/refund-addresses.ts';
import { type Chain, chainById, explorerTxUrl, isUnwantedToken, tokenName, tokenOf } from '#domain/chains.ts';
import { type CoinId, coinSymbol } from '#domain/coins.ts';
import { confirmationNeed, tierUnits } from '#domain/confirmations.ts';
import { currencySymbol } from '#domain/currencies.ts';
import { paymentUri } from '#domain/erc20.ts';
import { isIntentId } from '#domain/ids.ts';
import { formatDecimal, formatUnits, subtract, sum, toBaseUnitsCeil, type Units, unitsOf } from '#domain/money.ts';
import { minimumUnits, misfitOf } from '#domain/payment-rules.ts';
import { formatRate } from '#domain/pricing.ts';
import { coveredUnits } from '#domain/refunds.ts';
import { SCENARIOS, type Scenario } from '#domain/simulations.ts';
import { IntentStatus, isAwaitingPayment } from '#domain/status.ts';
import { neutralText } from '#domain/text.ts';
import { formatTokenAmounts } from '#domain/token-amounts.ts';
import { noteOrder } from '#web/http/named-order.ts';
import { qrCode } from '#web/ui/qr-code.ts';
import { offerFor, type UsualFee } from './network-options.ts';
import { type JudgedMoney, oddMoney, type ReviewSeen } from './odd-money.ts';
import { publicStore } from './public-store.ts';
import { refundableMoney } from './refundable-money.ts';
import type {
  CheckoutChoice,
  CheckoutPhase,
  CheckoutSummary,
  CheckoutView,
  ClosedPhase,
  PaidPhase,
  PayPhase,
  RefundProgress,
  RefundSeen,
  SeenTransfer,
} from './view-types.ts';

export interface ViewConfig {
  /** The chains that this deployment enables. */
  chains: readonly Chain[];
  /** Local chains offer the development wallet. */
  development: boolean;
  usualFee?: UsualFee;
}

const IN_CHAIN_ORDER = { blockTime: 'asc', chainId: 'asc', blockNumber: 'asc', logIndex: 'asc' } as const;

/** The view of an intent, or null when there is none with this id (malformed ids included). */
export const readCheckoutView = async (
  em: Em,
  config: ViewConfig,
  id: string,
  choice: CheckoutChoice,
): Promise<CheckoutView | null> => {
  if (!isIntentId(id)) return null;
  const intent = await em.findOne(CheckoutIntent, { id }, { populate: ['store'] });
  if (!intent) return null;
  noteOrder(intent);
  const [rows, cursors, ended] = await Promise.all([
    em.find(TokenTransfer, { intent }, { orderBy: IN_CHAIN_ORDER }),
    em.find(ChainCursor, { chainId: { $in: intent.acceptedChainIds } }),
    readEnded(em, intent),
  ]);
  const now = Date.now();
  const { bookings, refunds } = ended;
  const isRemoved = ({ state }: TokenTransfer): boolean => state === 'orphaned';
  const transfers = rows.filter((row) => !isRemoved(row));
  const reviews = await readReviews(em, intent, transfers);
  const misfit = (transfer: TokenTransfer) => misfitHere(intent, transfer);
  const odd = oddMoney({ intent, transfers, removed: rows.filter(isRemoved), reviews, misfit });
  const state = phaseOf({ intent, transfers, cursors, bookings, refunds, odd, config, choice, now });
  const live = state.phase !== 'noNetwork';
  const cancelable = isAwaitingPayment(intent.status) && transfers.length === 0 && state.phase !== 'closing';
  return {
    ...{ summary: summaryOf(intent), state, live, cancelable, now },
    odd: { waiting: odd.waiting, left: odd.left, returned: odd.returned, removed: odd.removed },
    refundable:
      hasEnded(intent) && state.phase !== 'failed'
        ? refundableMoney({ ...ended, priceUnits: intent.amountUnits, transfers })
        : [],
    simulations: simulationsOf(intent, config),
    refunds: refunds.map(refundSeen),
  };
};

const simulationsOf = ({ store, acceptedChainIds }: CheckoutIntent, { chains }: ViewConfig): Scenario[] =>
  store.isTest && chains.some(({ id, local }) => local && acceptedChainIds.includes(id)) ? [...SCENARIOS] : [];

/** A page that waits for its first money polls without this. */
const readReviews = async (
  em: Em,
  intent: CheckoutIntent,
  { length }: readonly TokenTransfer[],
): Promise<readonly ReviewSeen[]> =>
  length === 0
    ? []
    : await em.find(
        ReviewItem,
        { intent },
        { fields: ['kind', 'state', 'outcome', 'transfer'], orderBy: { id: 'asc' } },
      );

interface Ended {
  bookings: readonly OrderBooking[];
  /** Confirmed or under way. */
  refunds: readonly Refund[];
  addresses: readonly GivenRefundAddress[];
}

/** What only a checkout that has ended can have. Pages that wait for a payment poll without it. */
const readEnded = async (em: Em, intent: CheckoutIntent): Promise<Ended> => {
  if (!hasEnded(intent)) return { bookings: [], refunds: [], addresses: [] };
  const [bookings, refunds, addresses] = await Promise.all([
    readBookings(em, intent.id),
    em.find(Refund, { intent, state: { $ne: 'failed' } }, { orderBy: { confirmedAt: 'asc', id: 'asc' } }),
    readRefundAddresses(em, intent.id),
  ]);
  return { bookings, refunds, addresses };
};

const hasEnded = ({ status }: CheckoutIntent): boolean =>
  status === IntentStatus.CONFIRMED || CLOSED[status] !== undefined;

interface Facts {
  intent: CheckoutIntent;
  transfers: readonly TokenTransfer[];
  cursors: readonly ChainCursor[];
  bookings: readonly OrderBooking[];
  refunds: readonly Refund[];
  odd: JudgedMoney;
  config: ViewConfig;
  choice: CheckoutChoice;
  now: number;
}

/** Of one that did not fail. */
const progressOf = ({ state }: Refund): RefundProgress =>
  state === 'confirmed' || state === 'sent' ? state : 'prepared';

const refundSeen = (refund: Refund): RefundSeen => {
  const chain = chainById(refund.chainId);
  const unitsPerBase = refund.amountUnits / refund.amountBaseUnits;
  const netUnits = unitsOf((refund.amountBaseUnits - refund.feeBaseUnits) * unitsPerBase);
  return {
    key: String(refund.id),
    progress: progressOf(refund),
    amount: formatTokenAmounts([{ ...refund, amountUnits: netUnits }]),
    network: chain.name,
    to: refund.toAddress,
    txHash: refund.txHash ?? null,
    explorerUrl: refund.txHash ? explorerTxUrl(chain, refund.txHash) : null,
  };
};

const CLOSED: Partial<Record<IntentStatus, ClosedPhase['phase']>> = {
  [IntentStatus.TIMEOUT]: 'expired',
  [IntentStatus.CANCELED]: 'canceled',
  [IntentStatus.UNDERPAID]: 'underpaid',
  [IntentStatus.REJECTED]: 'rejected',
  [IntentStatus.FAILED]: 'failed',
  [IntentStatus.PENDING_MANUAL_OPERATION]: 'review',
  [IntentStatus.SEND_BACK]: 'sendBack',
};

/** A paid order stays one while a refund of it is under way: it keeps its receipt. */
const isPaid = ({ status, confirmedAt }: CheckoutIntent): boolean =>
  status === IntentStatus.CONFIRMED || (status === IntentStatus.SEND_BACK && confirmedAt != null);

const phaseOf = (facts: Facts): CheckoutPhase => {
  const { intent, transfers, odd, now } = facts;
  if (isPaid(intent)) return paidPhase(facts);
  const closed = CLOSED[intent.status];
  if (closed) return closedPhase(facts, closed);

  // Right coin, right chain, in time; and no person has decided otherwise.
  const counted = transfers.filter(
    (transfer) => misfitHere(intent, transfer) === null && !odd.transfers.includes(transfer),
  );
  const received = total(counted);
  // A payment in the ledger counts at once, before the workflow has changed the status.
  const enough = received >= minimumUnits({ requiredUnits: intent.amountUnits, toleranceBps: intent.toleranceBps });
  if (intent.status === IntentStatus.ON_CHAIN || enough) {
    return { phase: 'confirming', received: formatTokenAmounts(counted), transfers: seenTransfers(facts, counted) };
  }
  // Past the deadline, while the watchers still read the last blocks: no address, and no final status yet.
  if (isAwaitingPayment(intent.status) && now > intent.expiresAt.getTime()) return closedPhase(facts, 'closing');
  return payPhase(facts, counted, received);
};

const payPhase = (facts: Facts, counted: readonly TokenTransfer[], received: Units): CheckoutPhase => {
  const { intent, cursors, config, choice, now } = facts;
  const accepted = config.chains.filter(({ id }) => intent.acceptedChainIds.includes(id));
  const coins = coinsPriceFirst(intent);
  const offer = offerFor(coins, accepted, cursors, choice, now, config.usualFee);
  const token = offer && tokenOf(offer.chain, offer.coin.id);
  if (!offer || !token) return { phase: 'noNetwork' };

  const dueBaseUnits = toBaseUnitsCeil(subtract(intent.amountUnits, received), token.decimals);
  const uri = paymentUri(token.address, offer.chain.id, intent.depositAddress, dueBaseUnits);
  const state: PayPhase = {
    phase: 'pay',
    coins: offer.coins,
    networks: offer.networks,
    choice: { coin: offer.coin, network: offer.network, reason: offer.reason },
    address: intent.depositAddress,
    due: formatDecimal(dueBaseUnits, token.decimals, 4),
    received: formatTokenAmounts(counted) || null,
    transfers: seenTransfers(facts, counted),
    qr: qrCode(choice.qrHasAmount ? uri : intent.depositAddress),
    qrHasAmount: choice.qrHasAmount,
    paymentUri: uri,
    expiresAt: intent.expiresAt.toISOString(),
    developmentWallet: config.development && offer.chain.local,
  };
  return state;
};

/** Money that a person accepted later is not of the payment: it is neither proof of it nor a surplus. */
const paidPhase = (facts: Facts): PaidPhase => {
  const { intent, bookings } = facts;
  const payment = bookings.filter(({ kind }) => kind === 'payment');
  if (payment.length === 0 || !intent.confirmedAt) {
    throw new Error(`Intent ${intent.id} is CONFIRMED without its payment`);
  }
  const paying = new Set(payment.flatMap(({ transfers }) => transfers.map(({ id }) => id)));
  const amounts = payment.map((booking) => ({ ...booking, amountUnits: booking.grossUnits }));
  const surplus = payment
    .filter(({ surplusUnits }) => surplusUnits > 0n)
    .map((booking) => ({ ...booking, amountUnits: booking.surplusUnits }));
  return {
    phase: 'paid',
    amount: formatTokenAmounts(amounts),
    network: [...new Set(payment.map(({ chainId }) => chainById(chainId).name))].join(', '),
    surplus: formatTokenAmounts(surplus) || null,
    confirmedAt: intent.confirmedAt.toISOString(),
    transfers: seenTransfers(
      facts,
      facts.transfers.filter(({ id }) => paying.has(String(id))),
    ),
    beside: seenTransfers(facts, facts.odd.transfers),
    isRefunded: refundedUnits(facts.refunds) >= sum(payment.map(({ grossUnits }) => grossUnits)),
  };
};

/** Of the payment itself: neither of its surplus nor of money that arrived beside it. */
const refundedUnits = (refunds: readonly Refund[]): Units =>
  sum(
    refunds
      .filter(({ state, isSurplus, transferId }) => state === 'confirmed' && !isSurplus && transferId == null)
      .map(coveredUnits),
  );

/** The page's pick is the coin of the price: the order and the payment name one coin. */
const coinsPriceFirst = ({ acceptedStableCoins, stableCoin }: CheckoutIntent): CoinId[] => [
  ...acceptedStableCoins.filter((coin) => coin === stableCoin),
  ...acceptedStableCoins.filter((coin) => coin !== stableCoin),
];

const closedPhase = (facts: Facts, phase: ClosedPhase['phase']): ClosedPhase => ({
  phase,
  received: formatTokenAmounts(facts.transfers) || null,
  transfers: seenTransfers(facts, facts.transfers),
});

const shown = (text: string | null | undefined): string | null => (text == null ? null : neutralText(text));

const summaryOf = (intent: CheckoutIntent): CheckoutSummary => {
  const { store } = intent;
  const fiatCents = BigInt(intent.amountCents);
  return {
    id: intent.id,
    store: publicStore(store),
    orderId: shown(intent.orderId),
    orderDescription: shown(intent.orderDescription),
    amount: formatUnits(intent.amountUnits),
    coin: coinSymbol(intent.stableCoin),
    fiat:
      intent.currency && intent.rateE10
        ? {
            amount: formatDecimal(fiatCents, 2, 2),
            currency: currencySymbol(intent.currency),
            rate: formatRate(intent.rateE10),
          }
        : null,
    returnUrl: webAddress(intent.redirectUrl),
    returnsAutomatically: store.returnsAutomatically,
  };
};

/** Checked at creation too. Only http(s) links may reach a page. */
const webAddress = (url: string | null | undefined): string | null =>
  url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : null;

const total = (transfers: readonly TokenTransfer[]): Units => sum(transfers.map(({ amountUnits }) => amountUnits));

const misfitHere = (intent: CheckoutIntent, { chainId, coin, token, blockTime }: TokenTransfer) =>
  misfitOf(
    {
      expiresAt: intent.expiresAt.getTime(),
      acceptedCoins: intent.acceptedStableCoins,
      acceptedChainIds: intent.acceptedChainIds,
    },
    {
      chainId,
      coin,
      blockTime: blockTime.getTime(),
      isUnwantedToken: isUnwantedToken(intent, { chainId, token }),
    },
  );

const seenTransfers = (facts: Facts, transfers: readonly TokenTransfer[]): SeenTransfer[] =>
  transfers.map((transfer) => {
    const chain = chainById(transfer.chainId);
    return {
      key: `${transfer.chainId}:${transfer.txHash}:${transfer.logIndex}`,
      amount: formatUnits(transfer.amountUnits),
      coin: tokenName(chain.id, transfer.token, transfer.coin),
      network: chain.name,
      txHash: transfer.txHash,
      explorerUrl: explorerTxUrl(chain, transfer.txHash),
      from: transfer.fromAddress,
      // Money that was refunded from the store's wallet is in a payment too, of an order that nobody paid.
      to: transfer.inPayment && isPaid(facts.intent) ? transfer.toAddress : null,
      blockTime: transfer.blockTime.toISOString(),
      confirmations: confirmationsOfTransfer(facts, chain, transfer),
      confirmed: transfer.state === 'confirmed',
    };
  });

const confirmationsOfTransfer = (
  { intent, cursors }: Facts,
  chain: Chain,
  transfer: TokenTransfer,
): SeenTransfer['confirmations'] => {
  const storeMinimum = intent.store.minimumConfirmations?.[String(chain.id)] ?? null;
  const size = tierUnits(transfer.amountUnits, intent.amountUnits);
  const depths = confirmationNeed(chain.confirmation, size, storeMinimum).map((need) =>
    need.kind === 'depth' ? need.blocks : null,
  );
  if (depths.includes(null)) return null;
  const needed = Math.max(...depths.map(Number));
  if (transfer.state === 'confirmed') return { seen: needed, needed };
  const head = cursors.find(({ chainId }) => chainId === chain.id)?.headNumber ?? transfer.blockNumber;
  const seen = Number(head - transfer.blockNumber) + 1;
  return { seen: Math.min(Math.max(seen, 0), needed), needed };
};
