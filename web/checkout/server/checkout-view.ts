// The presenter of the checkout page: reads an intent with its transfers and cursors, and returns what to show.
// It only reads; what a visit changes is in checkout-service.ts.
import { ChainCursor, TokenTransfer } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Em } from '#db/orm.ts';
import { accentPalette } from '#domain/accent.ts';
import { type Chain, chainById, explorerTxUrl, tokenOf } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import { confirmationNeed, tierUnits } from '#domain/confirmations.ts';
import { currencySymbol } from '#domain/currencies.ts';
import { paymentUri } from '#domain/erc20.ts';
import { isIntentId } from '#domain/ids.ts';
import { formatDecimal, formatUnits, subtract, sum, toBaseUnitsCeil, type Units } from '#domain/money.ts';
import { minimumUnits, misfitOf } from '#domain/payment-rules.ts';
import { formatRate } from '#domain/pricing.ts';
import { IntentStatus, isAwaitingPayment, isTerminal } from '#domain/status.ts';
import { qrCode } from '#web/ui/qr-code.ts';
import { offerFor } from './network-options.ts';
import type {
  CheckoutChoice,
  CheckoutPhase,
  CheckoutSummary,
  CheckoutView,
  ClosedPhase,
  PaidPhase,
  PayPhase,
  SeenTransfer,
} from './view-types.ts';

export interface ViewConfig {
  /** The chains that this deployment enables. */
  chains: readonly Chain[];
  /** Local chains offer the development wallet. */
  development: boolean;
}

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
  const [transfers, cursors] = await Promise.all([
    em.find(TokenTransfer, { intent, state: { $ne: 'orphaned' } }, { orderBy: { blockTime: 'asc', id: 'asc' } }),
    em.find(ChainCursor, { chainId: { $in: intent.acceptedChainIds } }),
  ]);
  const now = Date.now();
  const state = phaseOf({ intent, transfers, cursors, config, choice, now });
  const live = !isTerminal(intent.status) && state.phase !== 'noNetwork';
  const cancelable = isAwaitingPayment(intent.status) && transfers.length === 0 && state.phase !== 'closing';
  return { summary: summaryOf(intent), state, live, cancelable, now };
};

interface Facts {
  intent: CheckoutIntent;
  transfers: readonly TokenTransfer[];
  cursors: readonly ChainCursor[];
  config: ViewConfig;
  choice: CheckoutChoice;
  now: number;
}

const CLOSED: Partial<Record<IntentStatus, ClosedPhase['phase']>> = {
  [IntentStatus.TIMEOUT]: 'expired',
  [IntentStatus.CANCELED]: 'canceled',
  [IntentStatus.UNDERPAID]: 'underpaid',
  [IntentStatus.REJECTED]: 'rejected',
  [IntentStatus.FAILED]: 'failed',
  [IntentStatus.PENDING_MANUAL_OPERATION]: 'review',
  [IntentStatus.SEND_BACK]: 'sendBack',
};

const phaseOf = (facts: Facts): CheckoutPhase => {
  const { intent, transfers, now } = facts;
  const closed = CLOSED[intent.status];
  if (closed) return closedPhase(facts, closed);
  if (intent.status === IntentStatus.CONFIRMED) return paidPhase(facts);

  const counted = transfers.filter((transfer) => isCounted(intent, transfer));
  const received = total(counted);
  // A payment in the ledger counts at once, before the workflow has changed the status.
  const enough = received >= minimumUnits({ requiredUnits: intent.amountUnits, toleranceBps: intent.toleranceBps });
  if (intent.status === IntentStatus.ON_CHAIN || enough) {
    return { phase: 'confirming', received: formatUnits(received), transfers: seenTransfers(facts, counted) };
  }
  // Past the deadline, while the watchers still read the last blocks: no address, and no final status yet.
  if (isAwaitingPayment(intent.status) && now > intent.expiresAt.getTime()) return closedPhase(facts, 'closing');
  return payPhase(facts, counted, received);
};

const payPhase = (facts: Facts, counted: readonly TokenTransfer[], received: Units): CheckoutPhase => {
  const { intent, cursors, config, choice, now } = facts;
  const accepted = config.chains.filter(({ id }) => intent.acceptedChainIds.includes(id));
  const offer = offerFor(intent.acceptedStableCoins, accepted, cursors, choice, now);
  const token = offer && tokenOf(offer.chain, offer.coin.id);
  if (!offer || !token) return { phase: 'noNetwork' };

  const dueBaseUnits = toBaseUnitsCeil(subtract(intent.amountUnits, received), token.decimals);
  const uri = paymentUri(token.address, offer.chain.id, intent.depositAddress, dueBaseUnits);
  const state: PayPhase = {
    phase: 'pay',
    coins: offer.coins,
    networks: offer.networks,
    choice: { coin: offer.coin, network: offer.network },
    address: intent.depositAddress,
    due: formatDecimal(dueBaseUnits, token.decimals, 4),
    received: received > 0n ? formatUnits(received) : null,
    transfers: seenTransfers(facts, counted),
    qr: qrCode(choice.qrHasAmount ? uri : intent.depositAddress),
    qrHasAmount: choice.qrHasAmount,
    paymentUri: uri,
    expiresAt: intent.expiresAt.toISOString(),
    developmentWallet: config.development && offer.chain.local,
  };
  return state;
};

const paidPhase = (facts: Facts): PaidPhase => {
  const { intent } = facts;
  if (!intent.paidCoin || !intent.actualPaidUnits || !intent.confirmedAt) {
    throw new Error(`Intent ${intent.id} is CONFIRMED without its payment facts`);
  }
  const paying = facts.transfers.filter(({ inPayment }) => inPayment);
  const transfers = seenTransfers(facts, paying);
  return {
    phase: 'paid',
    amount: formatUnits(intent.actualPaidUnits),
    coin: coinSymbol(intent.paidCoin),
    network: [...new Set(transfers.map(({ network }) => network))].join(', '),
    surplus: intent.surplusUnits ? formatUnits(intent.surplusUnits) : null,
    confirmedAt: intent.confirmedAt.toISOString(),
    transfers,
  };
};

const closedPhase = (facts: Facts, phase: ClosedPhase['phase']): ClosedPhase => {
  const received = total(facts.transfers);
  return {
    phase,
    received: received > 0n ? formatUnits(received) : null,
    transfers: seenTransfers(facts, facts.transfers),
  };
};

const summaryOf = (intent: CheckoutIntent): CheckoutSummary => {
  const { store } = intent;
  const fiatCents = BigInt(intent.amountCents);
  return {
    id: intent.id,
    store: {
      name: store.name,
      logoUrl: store.logoUrl ?? null,
      initials: initialsOf(store.name),
      supportContact: store.supportContact ?? null,
      isTest: store.isTest,
      accent: store.accentColor ? accentPalette(store.accentColor) : null,
    },
    orderId: intent.orderId ?? null,
    orderDescription: intent.orderDescription ?? null,
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

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('');

const total = (transfers: readonly TokenTransfer[]): Units => sum(transfers.map(({ amountUnits }) => amountUnits));

/** Whether a transfer counts toward the price: right coin, right chain, in time. */
const isCounted = (intent: CheckoutIntent, { chainId, coin, blockTime }: TokenTransfer): boolean =>
  misfitOf(
    {
      expiresAt: intent.expiresAt.getTime(),
      acceptedCoins: intent.acceptedStableCoins,
      acceptedChainIds: intent.acceptedChainIds,
    },
    { chainId, coin, blockTime: blockTime.getTime() },
  ) === null;

const seenTransfers = (facts: Facts, transfers: readonly TokenTransfer[]): SeenTransfer[] =>
  transfers.map((transfer) => {
    const chain = chainById(transfer.chainId);
    return {
      amount: formatUnits(transfer.amountUnits),
      coin: coinSymbol(transfer.coin),
      network: chain.name,
      txHash: transfer.txHash,
      explorerUrl: explorerTxUrl(chain, transfer.txHash),
      from: transfer.fromAddress,
      to: transfer.inPayment ? transfer.toAddress : null,
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
