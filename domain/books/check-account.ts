// Compares the ledger's records of one deposit address and token with the chain's, to the last unit, and names each difference by its
// two records.
import { eventKey } from '../chain-events.ts';
import { feeOfSettlement } from '../fees.ts';
import { add, type BaseUnits, baseUnitsOf, formatUnits, fromBaseUnits, subtract, sum } from '../money.ts';
import type {
  BookDifference,
  ChainAccount,
  CheckedAccount,
  Explanation,
  LedgerAccount,
  Payout,
  Report,
} from './book-facts.ts';
import { bookingDifferences } from './booking-differences.ts';

const totalOf = ({ paidBaseUnits, feeBaseUnits }: Payout): BaseUnits => add(paidBaseUnits, feeBaseUnits);

/** What arrived by the chain's balance and the factory's events: money leaves a deposit address in no other way. */
export const receivedByChain = ({ balance, payouts, block }: ChainAccount): BaseUnits =>
  add(balance, sum(payouts.filter(({ blockNumber }) => blockNumber <= block).map(totalOf)));

/** The ledger's transfers up to the block that no reorganisation removed. */
export const liveTransfers = ({ transfers }: LedgerAccount, block: bigint) =>
  transfers.filter(({ state, blockNumber }) => state !== 'orphaned' && blockNumber <= block);

/** False: the chain received something else than the ledger has, and `inbound` must have every transfer to name it. */
export const isInboundEnough = (ledger: LedgerAccount, chain: ChainAccount): boolean =>
  chain.isInboundComplete ||
  receivedByChain(chain) === sum(liveTransfers(ledger, chain.block).map(({ amountBaseUnits }) => amountBaseUnits));

export const checkAccount = (ledger: LedgerAccount, chain: ChainAccount): CheckedAccount => {
  const { storeId, intentId, chainId, token, coin, depositAddress, decimals } = ledger;
  const differences: BookDifference[] = [];
  const inUnits = (amount: bigint) => fromBaseUnits(baseUnitsOf(amount), decimals);
  const report: Report = (records, amount, explanation, text) => {
    if (amount === 0n) return;
    const place = { storeId, intentId, chainId, token, coin, depositAddress };
    differences.push({ ...place, records, amount: formatUnits(inUnits(amount)), explanation, text });
  };
  checkTransfers(ledger, chain, report);
  const recorded = checkPayouts(ledger, chain, report);
  checkReceiver(ledger, chain, report);
  checkWalletRefunds(ledger, chain, report);

  const live = liveTransfers(ledger, chain.block);
  const received = sum(live.map(({ amountBaseUnits }) => amountBaseUnits));
  const held = received - recorded;
  if (differences.length === 0 && held !== chain.balance) {
    const text = 'What the ledger says is held is not what the address holds.';
    report(['ledger: received - settled - refunded', `balance of ${depositAddress}`], held - chain.balance, null, text);
  }
  bookingDifferences(ledger, chain, report);

  const done = chain.payouts.filter(({ blockNumber }) => blockNumber <= chain.block);
  const paid = (kind: Payout['kind']) => sum(done.filter((payout) => payout.kind === kind).map(totalOf));
  return {
    figures: {
      receivedUnits: inUnits(receivedByChain(chain)),
      settledUnits: inUnits(paid('settled')),
      refundedUnits: inUnits(paid('released')),
      feeUnits: inUnits(sum(done.map(({ feeBaseUnits }) => feeBaseUnits))),
      heldUnits: inUnits(chain.balance),
      bookedUnits: sum(ledger.bookings.map(({ grossUnits }) => grossUnits)),
    },
    differences,
  };
};

/** Each transfer of the ledger is a log of its block, and each log is a transfer of the ledger. */
const checkTransfers = (ledger: LedgerAccount, chain: ChainAccount, report: Report): void => {
  const live = liveTransfers(ledger, chain.block);
  for (const { id, txHash, logIndex, blockHash, amountBaseUnits } of live) {
    const log = chain.inbound.find(
      (one) => one.blockHash === blockHash && eventKey(one) === eventKey({ txHash, logIndex }),
    );
    const records = [`token_transfer ${id}`, `Transfer log ${txHash}:${logIndex}`] as const;
    const text = log ? 'The amounts differ.' : 'The chain has no such log in that block.';
    report(records, amountBaseUnits - (log?.amountBaseUnits ?? 0n), null, text);
  }
  const known = new Set(live.map(eventKey));
  for (const log of chain.inbound) {
    if (known.has(eventKey(log)) || log.amountBaseUnits === 0n || log.blockNumber > chain.block) continue;
    const isHeld = ledger.heldTxHashes.includes(log.txHash);
    const text = isHeld ? 'Not credited: the token is not what we know.' : 'The ledger does not have this transfer.';
    const records = ['token_transfer: none', `Transfer log ${eventKey(log)}`] as const;
    report(records, -log.amountBaseUnits, isHeld ? 'held_token' : null, text);
  }
  if (!chain.isInboundComplete) return;
  const arrived = sum(
    chain.inbound.filter(({ blockNumber }) => blockNumber <= chain.block).map((log) => log.amountBaseUnits),
  );
  const text = 'Received is not settled + refunded + held on the chain itself: the token moves money in another way.';
  report(['Transfer logs to the address', 'balance + payouts'], subtract(arrived, receivedByChain(chain)), null, text);
};

/**
 * Each settlement and each refund from the deposit address is an event of the factory with the same figures, and each event is
 * recorded. @returns what the records took out of the address, up to the block
 */
const checkPayouts = (ledger: LedgerAccount, chain: ChainAccount, report: Report): bigint => {
  const payouts = new Map(chain.payouts.map((payout) => [eventKey(payout), payout]));
  const isLater = (event: string | undefined): boolean => (payouts.get(event ?? '')?.blockNumber ?? 0n) > chain.block;
  const matched = new Set<string>();
  let taken = 0n;
  for (const refund of ledger.refunds) {
    if (refund.source !== 'deposit' || !refund.isConfirmed) continue;
    const payout = chain.payouts.find(
      ({ txHash, logIndex }) => txHash === refund.txHash && (refund.logIndex === null || refund.logIndex === logIndex),
    );
    if (payout) matched.add(eventKey(payout));
    if (payout && isLater(eventKey(payout))) continue;
    taken += refund.amountBaseUnits;
    const amount = refund.amountBaseUnits - (payout ? totalOf(payout) : 0n);
    const isFee = payout?.feeBaseUnits === 0n && amount === feeOfSettlement(refund.amountBaseUnits, ledger.feeRateE9);
    const records = [`send_back ${refund.id}`, `Released event ${payout ? eventKey(payout) : refund.txHash}`] as const;
    const text = payout ? 'The event has other figures.' : 'The chain has no such event.';
    report(records, amount, isFee ? 'fee_not_taken' : null, text);
  }
  for (const { id, isSettled, event, netBaseUnits, feeBaseUnits } of ledger.settlements) {
    if (!isSettled || isLater(event ?? undefined)) continue;
    const payout = payouts.get(event ?? '');
    if (payout && matched.has(eventKey(payout))) {
      const text = 'A signed order emptied the address before its settlement; the refund is the record.';
      report([`settlement ${id}`, `Released event ${event}`], totalOf(payout), 'release_closed_settlement', text);
      continue;
    }
    if (payout) matched.add(eventKey(payout));
    taken += netBaseUnits + feeBaseUnits;
    const where = `Settled event ${event ?? '(none recorded)'}`;
    const missing = 'The chain has no such event.';
    report(
      [`settlement ${id} net`, where],
      netBaseUnits - (payout?.paidBaseUnits ?? 0n),
      null,
      payout ? 'The event has another net amount.' : missing,
    );
    report(
      [`settlement ${id} fee`, where],
      feeBaseUnits - (payout?.feeBaseUnits ?? 0n),
      null,
      payout ? 'The event has another fee.' : missing,
    );
  }
  reportUnrecorded(ledger, chain, matched, report);
  return taken;
};

/** Events without a record. Anyone may settle; the relayer records it later where a settlement is owed. */
const reportUnrecorded = (
  ledger: LedgerAccount,
  chain: ChainAccount,
  matched: ReadonlySet<string>,
  report: Report,
): void => {
  let unbooked: bigint = sum(
    liveTransfers(ledger, chain.block)
      .filter(({ bookingId }) => bookingId === null)
      .map(({ amountBaseUnits }) => amountBaseUnits),
  );
  for (const payout of chain.payouts) {
    if (matched.has(eventKey(payout)) || payout.blockNumber > chain.block) continue;
    const total = totalOf(payout);
    const isOwed = payout.kind === 'settled' && ledger.settlements.some(({ isOpen }) => isOpen);
    const isOrdered = payout.kind === 'released' && ledger.refunds.some(({ isConfirmed }) => !isConfirmed);
    const isSwept = payout.kind === 'settled' && total <= unbooked;
    const explanation: Explanation | null = isOwed
      ? 'settlement_pending'
      : isOrdered
        ? 'refund_pending'
        : isSwept
          ? 'swept_by_settlement'
          : null;
    if (explanation === 'swept_by_settlement') unbooked -= total;
    const record = payout.kind === 'settled' ? 'settlement' : 'send_back';
    const event = `${payout.kind === 'settled' ? 'Settled' : 'Released'} event ${eventKey(payout)}`;
    report([`${record}: none`, event], -total, explanation, EVENT_TEXTS[explanation ?? 'none'] ?? '');
  }
};

const EVENT_TEXTS: Readonly<Record<string, string>> = {
  settlement_pending: 'Paid out; the settlement is recorded when the chain has confirmed it.',
  refund_pending: 'Refunded; recorded when the chain has confirmed it.',
  swept_by_settlement: 'Somebody settled money that no payment has: the merchant has it.',
  none: 'The ledger has no record of this event.',
};

/** The token's own logs say that receiver and fee receiver got what the events say. */
const checkReceiver = (ledger: LedgerAccount, chain: ChainAccount, report: Report): void => {
  const { receiver, feeReceiver } = ledger;
  const done = chain.payouts.filter(({ blockNumber }) => blockNumber <= chain.block);
  const out = chain.outbound.filter(({ blockNumber }) => blockNumber <= chain.block);
  const moved = (to?: string) =>
    sum(out.filter((log) => to === undefined || log.to === to).map((log) => log.amountBaseUnits));
  const all = 'The token moved another amount out of the address than the events say.';
  report(['Transfer logs from the address', 'payouts: net + fee'], moved() - sum(done.map(totalOf)), null, all);
  const toReceiver = done.filter(({ to }) => to === null || to === receiver).map(({ paidBaseUnits }) => paidBaseUnits);
  const fees = receiver === feeReceiver ? done.map(({ feeBaseUnits }) => feeBaseUnits) : [];
  const net = subtract(moved(receiver), sum([...toReceiver, ...fees]));
  report(
    [`Transfer logs to receiver ${receiver}`, 'Settled events: net'],
    net,
    null,
    'The receiver got another amount.',
  );
};

const checkWalletRefunds = (ledger: LedgerAccount, chain: ChainAccount, report: Report): void => {
  for (const { id, source, isConfirmed, amountBaseUnits, txHash, from } of ledger.refunds) {
    if (source === 'deposit' || !isConfirmed) continue;
    const isThere = chain.foundRefunds.has(id);
    const text = isThere
      ? `Paid from ${from}, not from the deposit address: received = settled + refunded + held is without it.`
      : 'The chain has no such transfer.';
    const records = [`send_back ${id}`, `Transfer log in ${txHash ?? '(no transaction)'}`] as const;
    report(records, amountBaseUnits, isThere ? 'refund_from_wallet' : null, text);
  }
};
