// What a set of observed transfers means for an intent (docs/architecture.md section 5): enough, short, over, late, wrong coin,
// wrong chain, reorganised, denied by screening. Pure, so that workflows can use it and replays give the same result.
import type { CoinId } from './coins.ts';
import { pairMinedAgain } from './mined-again.ts';
import { ONE_COIN, subtract, sum, type Units, unitsOf, ZERO } from './money.ts';
import type { ReviewKind } from './review-kinds.ts';
import { IntentStatus, isAwaitingPayment, isTerminal } from './status.ts';

export interface PaymentTerms {
  requiredUnits: Units;
  /** Small shortfalls, as exchanges make them, count as paid. */
  toleranceBps: number;
  /** Epoch milliseconds. In time means: the block's timestamp is not after it. */
  expiresAt: number;
  /** The checkout clock is extended once, by part payment or by a reorganisation. */
  extended: boolean;
  /** By how much, in milliseconds. */
  extensionMs: number;
  acceptedCoins: readonly CoinId[];
  acceptedChainIds: readonly number[];
  /** A denied payer tried to pay: the checkout is rejected, as long as no money was seen. */
  payerDenied: boolean;
  /** Smaller amounts that do not fit are noted and change nothing. 0 in histories that are older than this rule. */
  dustUnits: Units;
  /** The verdict that fell before money reopened the intent for a person to decide; null for one that was never closed. */
  closedAs: IntentStatus | null;
  /** What stood before the refund that is under way; absent when there is none, and in histories that are older than this rule. */
  refundingFrom?: IntentStatus | null;
}

export type TransferState = 'seen' | 'confirmed' | 'orphaned';

export interface ObservedTransfer {
  id: string;
  chainId: number;
  coin: CoinId;
  txHash: string;
  amountUnits: Units;
  /** Epoch milliseconds of the block. */
  blockTime: number;
  state: TransferState;
  /** A bridged token of its coin, which the intent does not accept. Absent in histories that are older than this rule. */
  isUnwantedToken?: boolean;
  /** The token's contract, and a number that is the same for transfers of one sender. Absent in histories that are older than them. */
  token?: string;
  sender?: number;
  /** Screening denies the sender: never part of a payment, and holds all other money, until a person has decided. */
  senderDenied: boolean;
  /** Part of the payment that made the intent CONFIRMED. */
  inPayment: boolean;
  /** False for a part whose booking another transfer has, because it was mined again there. Absent in older histories. */
  isBooked?: boolean;
  /** The review rows of this transfer. One that a person has resolved neither counts toward the price nor holds the intent. */
  reviews: readonly TransferReview[];
}

export interface TransferReview {
  kind: ReviewKind;
  resolved: boolean;
  /** Resolved so that the money counts as the payment, whatever the rules say of it. Absent in old histories: it was not. */
  accepted?: boolean;
}

/** Why a transfer does not fit the terms of its intent. */
export type Misfit = Extract<ReviewKind, 'late' | 'wrong_coin' | 'wrong_chain'>;

export interface Assessment {
  /** The next status; the current one when nothing changes. */
  status: IntentStatus;
  /** New checkout deadline (epoch ms), or null. */
  extendTo: number | null;
  /** Review rows that must be added: none that exists already. Written once for each (intent, kind, transfer). */
  reviews: { kind: ReviewKind; transferId: string }[];
  /** Transfers that make up the payment; set when the status becomes CONFIRMED, and for those that join it later: a payment that
   * was mined again, or a second one that a person accepted. */
  paymentTransferIds: string[];
  /** Sum of the in-time, accepted transfers that no reorganisation took back. */
  receivedUnits: Units;
  /** Received beyond the price; only meaningful once paid. */
  surplusUnits: Units;
  /** When to assess again (epoch ms), or null while the checkout clock is stopped. */
  wakeAt: number | null;
  /** What the intent waits for, as a text for the operator. */
  waitingFor: string;
}

/** A hundredth of a coin. Sending less costs more gas than the amount, so spam is not worth a review. */
export const DUST_UNITS = unitsOf(ONE_COIN / 100n);
/** Dust above this total is reviewed like other money, so that nobody can pay in tiny amounts to avoid a review. */
const DUST_HEAP = 100n;

export const minimumUnits = (terms: Pick<PaymentTerms, 'requiredUnits' | 'toleranceBps'>): Units =>
  unitsOf(terms.requiredUnits - (terms.requiredUnits * BigInt(terms.toleranceBps)) / 10_000n);

const total = (transfers: readonly ObservedTransfer[]): Units => sum(transfers.map(({ amountUnits }) => amountUnits));

const isDecided = ({ reviews }: ObservedTransfer): boolean =>
  reviews.length > 0 && reviews.every(({ resolved }) => resolved);

/** A person took this money as the payment: it pays the intent late, short, or in a coin that the store did not ask for. */
const isAccepted = ({ state, reviews }: ObservedTransfer): boolean =>
  state === 'confirmed' &&
  reviews.some(({ accepted }) => accepted) &&
  !reviews.some(({ kind, resolved }) => kind === 'screening' && !resolved);

/** What decides whether a transfer counts. Recorded histories of workflows may lack `isUnwantedToken`; no caller may forget it. */
type JudgedTransfer = Pick<ObservedTransfer, 'chainId' | 'coin' | 'blockTime'> & {
  isUnwantedToken: boolean | undefined;
};

/** Why a transfer does not count toward the price, or null when it does. */
export const misfitOf = (
  terms: Pick<PaymentTerms, 'acceptedChainIds' | 'acceptedCoins' | 'expiresAt'>,
  transfer: JudgedTransfer,
): Misfit | null => {
  if (!terms.acceptedChainIds.includes(transfer.chainId)) return 'wrong_chain';
  if (!terms.acceptedCoins.includes(transfer.coin) || transfer.isUnwantedToken) return 'wrong_coin';
  return transfer.blockTime > terms.expiresAt ? 'late' : null;
};

/** Denied once: held until a person has decided, even if the list changes later. */
const isScreenedOut = ({ senderDenied, reviews }: ObservedTransfer): boolean =>
  senderDenied || reviews.some(({ kind }) => kind === 'screening');

const reviewKindOf = (terms: PaymentTerms, transfer: ObservedTransfer): ReviewKind | null =>
  isScreenedOut(transfer) ? 'screening' : misfitOfObserved(terms, transfer);

const misfitOfObserved = (terms: PaymentTerms, transfer: ObservedTransfer): Misfit | null =>
  misfitOf(terms, { ...transfer, isUnwantedToken: transfer.isUnwantedToken });

/**
 * The verdict on an intent. When two moves are due (a payment that vanished, then the deadline), it returns the first: assess
 * again until the status converges.
 * @param watchersPassed every accepted chain's watcher has passed a block later than `terms.expiresAt`; without it no
 *   TIMEOUT and no UNDERPAID is declared: a watcher that is behind delays the verdict, never falsifies it.
 */
export const assessPayment = (
  status: IntentStatus,
  terms: PaymentTerms,
  transfers: readonly ObservedTransfer[],
  watchersPassed: boolean,
): Assessment => {
  const assessment = verdictOf(status, terms, transfers, watchersPassed);
  const isNew = (review: Assessment['reviews'][number]): boolean =>
    !transfers.some(({ id, reviews }) => id === review.transferId && reviews.some(({ kind }) => kind === review.kind));
  return { ...assessment, reviews: assessment.reviews.filter(isNew) };
};

/** Transfers that only the timeline shows: below a hundredth of a coin, not part of a payment, without a review. */
const dustAmong = (
  status: IntentStatus,
  terms: PaymentTerms,
  transfers: readonly ObservedTransfer[],
): ReadonlySet<ObservedTransfer> => {
  const dust = transfers.filter(
    (transfer) =>
      transfer.amountUnits < terms.dustUnits &&
      transfer.state !== 'orphaned' &&
      transfer.reviews.length === 0 &&
      !transfer.inPayment &&
      (status === IntentStatus.CONFIRMED || reviewKindOf(terms, transfer) !== null),
  );
  return new Set(total(dust) < terms.dustUnits * DUST_HEAP ? dust : []);
};

/**
 * While a refund is under way the status stays, and money that arrives is reviewed as it would be without the refund. What a person
 * accepted of an order that is not paid waits for the refund to end.
 */
const assessWhileRefunding = (
  terms: PaymentTerms,
  transfers: readonly ObservedTransfer[],
  watchersPassed: boolean,
): Assessment => {
  const from = terms.refundingFrom ?? null;
  const waiting = { status: IntentStatus.SEND_BACK, extendTo: null, wakeAt: null, waitingFor: 'the refund to finish' };
  if (from === null || from === IntentStatus.SEND_BACK)
    return { reviews: [], paymentTransferIds: [], receivedUnits: ZERO, surplusUnits: ZERO, ...waiting };
  const stood = verdictOf(from, terms, transfers, watchersPassed);
  const paymentTransferIds = from === IntentStatus.CONFIRMED ? stood.paymentTransferIds : [];
  return { ...stood, ...waiting, paymentTransferIds };
};

const verdictOf = (
  status: IntentStatus,
  terms: PaymentTerms,
  transfers: readonly ObservedTransfer[],
  watchersPassed: boolean,
): Assessment => {
  if (status === IntentStatus.SEND_BACK) return assessWhileRefunding(terms, transfers, watchersPassed);
  const dust = dustAmong(status, terms, transfers);
  const live = transfers.filter(
    (transfer) => transfer.state !== 'orphaned' && !isDecided(transfer) && !dust.has(transfer),
  );
  const counted = live.filter((transfer) => reviewKindOf(terms, transfer) === null);
  const base: Assessment = {
    status,
    extendTo: null,
    reviews: [],
    paymentTransferIds: [],
    receivedUnits: total(counted),
    surplusUnits: ZERO,
    wakeAt: null,
    waitingFor: 'nothing',
  };
  if (status === IntentStatus.CONFIRMED) return assessAfterConfirmed(base, transfers, dust);
  const accepted = transfers.filter(isAccepted);
  if (accepted.length > 0 && !live.some(isScreenedOut)) return assessAccepted(base, terms, accepted, live, counted);
  if (isTerminal(status)) return assessAfterClosing(base, terms, status, live);
  if (status === IntentStatus.PENDING_MANUAL_OPERATION && terms.closedAs !== null) {
    return assessAfterClosing(base, terms, terms.closedAs, live);
  }
  return assessOpen(base, terms, transfers, live, counted, watchersPassed);
};

/** What a person accepted is the payment, together with what counts by the rules. A verdict is reopened first. */
const assessAccepted = (
  base: Assessment,
  terms: PaymentTerms,
  accepted: readonly ObservedTransfer[],
  live: readonly ObservedTransfer[],
  counted: readonly ObservedTransfer[],
): Assessment => {
  if (isTerminal(base.status)) return { ...base, status: IntentStatus.PENDING_MANUAL_OPERATION };
  const beside = counted.filter(({ state, reviews }) => state === 'confirmed' && reviews.length === 0);
  const payment = [...accepted, ...beside];
  const paid = total(payment);
  return {
    ...base,
    status: IntentStatus.CONFIRMED,
    reviews: misfitsAmong(terms, live),
    paymentTransferIds: payment.map(({ id }) => id),
    receivedUnits: paid,
    surplusUnits: surplusOf(terms, paid),
  };
};

const misfitsAmong = (terms: PaymentTerms, live: readonly ObservedTransfer[]): Assessment['reviews'] =>
  live.flatMap((transfer) => {
    const kind = reviewKindOf(terms, transfer);
    return kind ? [{ kind, transferId: transfer.id }] : [];
  });

const surplusOf = ({ requiredUnits }: PaymentTerms, paid: Units): Units =>
  paid > requiredUnits ? subtract(paid, requiredUnits) : ZERO;

const assessOpen = (
  base: Assessment,
  terms: PaymentTerms,
  all: readonly ObservedTransfer[],
  live: readonly ObservedTransfer[],
  counted: readonly ObservedTransfer[],
  watchersPassed: boolean,
): Assessment => {
  const minimum = minimumUnits(terms);
  const confirmed = counted.filter(({ state }) => state === 'confirmed');
  const reviews = misfitsAmong(terms, live);

  // A deposit address pays out its whole balance, so denied money holds all other money at the address.
  if (live.some(isScreenedOut)) {
    const waitingFor = 'a person to decide on money from a payer whom screening refuses';
    return { ...base, reviews, status: IntentStatus.PENDING_MANUAL_OPERATION, waitingFor };
  }
  if (terms.payerDenied && live.length === 0 && isAwaitingPayment(base.status)) {
    return { ...base, status: IntentStatus.REJECTED };
  }
  if (total(confirmed) >= minimum) {
    const paid = total(confirmed);
    return {
      ...base,
      reviews,
      status: IntentStatus.CONFIRMED,
      paymentTransferIds: confirmed.map(({ id }) => id),
      receivedUnits: paid,
      surplusUnits: surplusOf(terms, paid),
    };
  }
  // Paid in full beside money that does not fit: confirmations first. A manual case stays one until they are there.
  const isManual = base.status === IntentStatus.PENDING_MANUAL_OPERATION;
  const isFull = base.receivedUnits >= minimum;
  if (reviews.length > 0 && (isManual || !isFull)) {
    return {
      ...base,
      reviews,
      status: IntentStatus.PENDING_MANUAL_OPERATION,
      waitingFor: isFull ? 'confirmations of the payment' : 'a person to decide on the money that was found',
    };
  }
  if (isFull) {
    const status = isManual ? backToWaiting(base.status) : IntentStatus.ON_CHAIN;
    return { ...base, reviews, status, waitingFor: 'confirmations of the payment' };
  }

  const partSeen = counted.length > 0;
  const partLost = all.some((transfer) => transfer.state === 'orphaned' && misfitOfObserved(terms, transfer) === null);
  if ((partSeen || partLost) && !terms.extended) {
    const extendTo = terms.expiresAt + terms.extensionMs;
    return {
      ...base,
      status: backToWaiting(base.status),
      extendTo,
      wakeAt: extendTo,
      waitingFor: waitingMessage(partSeen),
    };
  }
  if (watchersPassed) {
    const underpaid = counted.map(({ id }) => ({ kind: 'underpaid' as const, transferId: id }));
    return partSeen
      ? { ...base, status: closeFrom(base.status, IntentStatus.UNDERPAID), reviews: underpaid }
      : { ...base, status: closeFrom(base.status, IntentStatus.TIMEOUT) };
  }
  return { ...base, status: backToWaiting(base.status), wakeAt: terms.expiresAt, waitingFor: waitingMessage(partSeen) };
};

const waitingMessage = (partSeen: boolean): string => (partSeen ? 'the rest of the payment' : 'a payment');

/** A payment that a reorganisation took back, or a manual case whose money vanished, waits for money again. */
const backToWaiting = (status: IntentStatus): IntentStatus =>
  status === IntentStatus.ON_CHAIN || status === IntentStatus.PENDING_MANUAL_OPERATION
    ? IntentStatus.TEMP_WALLET_RECEIVED
    : status;

/** ON_CHAIN cannot close directly: its payment vanished first, which is a move of its own on the timeline. */
const closeFrom = (status: IntentStatus, verdict: IntentStatus): IntentStatus =>
  status === IntentStatus.ON_CHAIN ? IntentStatus.TEMP_WALLET_RECEIVED : verdict;

/**
 * Money found after a verdict waits for a person, whatever it would have paid in time; when all of it vanishes, or all of it
 * is decided, the verdict stands again. The parts that made an intent UNDERPAID are reviewed with the verdict and don't reopen it.
 */
const assessAfterClosing = (
  base: Assessment,
  terms: PaymentTerms,
  verdict: IntentStatus,
  live: readonly ObservedTransfer[],
): Assessment => {
  const found = live.filter(({ reviews }) => !reviews.some(({ kind }) => kind === 'underpaid'));
  if (found.length === 0) return { ...base, status: verdict };
  return {
    ...base,
    status: IntentStatus.PENDING_MANUAL_OPERATION,
    reviews: found.map((transfer) => ({ kind: reviewKindOf(terms, transfer) ?? 'late', transferId: transfer.id })),
    waitingFor: 'a person to decide on the money that was found',
  };
};

const assessAfterConfirmed = (
  base: Assessment,
  transfers: readonly ObservedTransfer[],
  dust: ReadonlySet<ObservedTransfer>,
): Assessment => {
  const lost = transfers.filter(({ inPayment, state }) => inPayment && state === 'orphaned');
  const extra = transfers.filter(({ inPayment, state }) => !inPayment && state !== 'orphaned');
  const pairs = pairMinedAgain(
    lost.filter(({ isBooked }) => isBooked !== false),
    extra,
  );
  const isMinedAgain = ({ id }: ObservedTransfer): boolean => pairs.some(({ to }) => to === id);
  return {
    ...base,
    paymentTransferIds: extra.filter((transfer) => isMinedAgain(transfer) || isAccepted(transfer)).map(({ id }) => id),
    reviews: [
      ...lost.map(({ id }) => ({ kind: 'reorg_after_confirmed' as const, transferId: id })),
      ...extra
        .filter((transfer) => !isMinedAgain(transfer) && transfer.reviews.length === 0 && !dust.has(transfer))
        .map((transfer) => ({
          kind: isScreenedOut(transfer) ? ('screening' as const) : ('second_payment' as const),
          transferId: transfer.id,
        })),
    ],
    surplusUnits: ZERO,
  };
};
