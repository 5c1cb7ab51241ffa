// Facts for the tests of the payment rules: a price of 100 coins until T, and transfers that pay it unless changed.
import { expect } from 'vitest';
import { multiply, ONE_COIN, unitsOf } from '#domain/money.ts';
import {
  type Assessment,
  assessPayment,
  DUST_UNITS,
  type ObservedTransfer,
  type PaymentTerms,
} from '#domain/payment-rules.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { canTransition, IntentStatus, isTerminal } from '#domain/status.ts';

export const T = 1_700_000_000_000;
export const EXTENSION = 600_000;
export const PRICE = multiply(ONE_COIN, 100n);

export const terms = (change: Partial<PaymentTerms> = {}): PaymentTerms => ({
  requiredUnits: PRICE,
  toleranceBps: 50,
  expiresAt: T,
  extended: false,
  extensionMs: EXTENSION,
  acceptedCoins: [1, 2],
  acceptedChainIds: [1, 56],
  payerDenied: false,
  dustUnits: DUST_UNITS,
  closedAs: null,
  ...change,
});

let made = 0;
export const transfer = (coins: number | bigint, change: Partial<ObservedTransfer> = {}): ObservedTransfer => {
  made += 1;
  const amountUnits = typeof coins === 'bigint' ? coins : BigInt(Math.round(coins * 1e6)) * 10n ** 12n;
  return {
    id: `t${made}`,
    chainId: 1,
    coin: 1,
    txHash: `0x${made}`,
    amountUnits: unitsOf(amountUnits),
    blockTime: T - 1000,
    state: 'confirmed',
    senderDenied: false,
    inPayment: false,
    reviews: [],
    ...change,
  };
};
export const reviewed = (kind: ReviewKind, resolved = false, accepted = false) => ({
  reviews: [{ kind, resolved, accepted }],
});

export const OPEN = [IntentStatus.CREATED, IntentStatus.PAYING, IntentStatus.TEMP_WALLET_RECEIVED] as const;
export const CLOSED = [
  IntentStatus.TIMEOUT,
  IntentStatus.CANCELED,
  IntentStatus.UNDERPAID,
  IntentStatus.REJECTED,
  IntentStatus.FAILED,
] as const;

/** Assesses until the status is stable, and writes what the system would. Every step must be an allowed transition. */
export function settle(
  start: IntentStatus,
  given: PaymentTerms,
  observed: readonly ObservedTransfer[],
  passed = true,
): Assessment[] {
  const steps: Assessment[] = [];
  let status = start;
  let current = given;
  let transfers = observed;
  for (let count = 0; count < 6; count += 1) {
    const step = assessPayment(status, current, transfers, passed);
    if (step.status === status && step.extendTo === null && step.reviews.length === 0) return steps;
    expect(step.status === status || canTransition(status, step.status), `${status} → ${step.status}`).toBe(true);
    transfers = transfers.map((one) => ({
      ...one,
      inPayment: one.inPayment || step.paymentTransferIds.includes(one.id),
      reviews: [
        ...one.reviews,
        ...step.reviews
          .filter(({ transferId }) => transferId === one.id)
          .map(({ kind }) => ({ kind, resolved: false })),
      ],
    }));
    if (step.extendTo !== null) current = { ...current, expiresAt: step.extendTo, extended: true };
    if (isTerminal(status) && step.status !== status) current = { ...current, closedAs: status };
    status = step.status;
    steps.push(step);
  }
  throw new Error(`${start} does not come to rest: ${steps.map((step) => step.status).join(' → ')}`);
}
