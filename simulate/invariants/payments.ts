// Invariants 2, 3, 6, 7, 8, 9 and 13: what an order's status says is so, and everybody was told once.
import { bigger, fits, isDust, isFinal, least, MOVES, STATUS, total } from '../model.ts';
import type { TrueTransfer } from '../world/truth.ts';
import type { Check, Facts, OrderCase } from './check.ts';

const wasAccepted = ({ snapshot }: Facts, intent: string, transfer?: string): boolean =>
  snapshot.reviews.some(
    (review) =>
      review.intent === intent &&
      review.outcome === 'accepted' &&
      (transfer === undefined || review.transfer === transfer),
  );

/** 2: nothing is paid without confirmed money of at least the price less the tolerance, that fits or that a person accepted. */
export const paidWithMoney: Check = (facts, report) => {
  for (const { order, intent, rows, real } of facts.orders) {
    if (intent.confirmedAt === null) continue;
    const payment = rows.filter(({ inPayment }) => inPayment);
    const counted = payment.filter(({ booking }) => booking !== null);
    const isAccepted = wasAccepted(facts, order.id);
    if (total(counted) < least(order) && !isAccepted)
      report(2, `order ${order.name} is paid with ${total(counted)} of ${least(order)}`);
    for (const row of payment) {
      const token = facts.world.truth.tokens.find(
        ({ address, chainId }) => address === row.token && chainId === row.chainId,
      );
      const transfer = token && ({ ...row, order, token } as unknown as TrueTransfer);
      const isFit = transfer && fits(order, transfer, intent.expiresAt);
      const isDenied = facts.world.truth.deniedPayers.some((payer) => payer === row.from);
      // Refunded by the merchant's wallet, it is the merchant's (decision 0054), also when that refund was removed later.
      const isMerchants = facts.snapshot.refunds.some(
        ({ id, transfer: refunded, source }) =>
          refunded === row.id &&
          source !== 'deposit' &&
          facts.snapshot.refundEntries.some(({ refund }) => refund === id),
      );
      // Mined again after a reorganisation, it takes the place of money that did fit (decision 0053).
      const isAgain = order.isUndone && !isDenied;
      if ((!isFit || isDenied) && !isMerchants && !isAgain && !wasAccepted(facts, order.id, row.id))
        report(2, `order ${order.name} is paid with ${row.txHash}, which does not fit`);
    }
    if (!facts.isSettled) continue;
    const there = new Set(real.map(({ txHash }) => txHash as string));
    const lost = counted.filter(({ txHash }) => !there.has(txHash));
    for (const { id } of lost)
      if (!facts.snapshot.reviews.some(({ transfer, kind }) => transfer === id && kind === 'reorg_after_confirmed'))
        report(2, `order ${order.name}: the payment vanished, and nobody was told`);
  }
};

/** 3 and 13: the timeline has each move once, all are allowed, and the last is the status. One webhook for a payment. */
export const statusesMove: Check = ({ orders, snapshot }, report) => {
  for (const { order, intent } of orders) {
    let now: number | null = null;
    for (const { from, to } of snapshot.moves.filter((move) => move.intent === order.id)) {
      if (from !== now) report(3, `order ${order.name}: a move from ${from}, when the status was ${now}`);
      if (from !== null && !MOVES[from]?.includes(to)) report(13, `order ${order.name} moved from ${from} to ${to}`);
      now = to;
    }
    if (now !== intent.status) report(3, `order ${order.name} is ${intent.status}, its timeline ends with ${now}`);
    const events = snapshot.webhooks.filter(
      (one) => one.intent === order.id && one.type === 'checkout_intent.confirmed',
    );
    const wanted = intent.confirmedAt === null ? 0 : 1;
    if (events.length !== wanted) report(3, `order ${order.name}: ${events.length} webhook events, not ${wanted}`);
  }
};

/** 6, 7, 8, 9: creates are there, e-mails are sent once, workflows do not fail, the audit log is intact. */
export const everyoneIsTold: Check = ({ world, orders, snapshot }, report) => {
  for (const fault of world.faults.splice(0)) report(6, fault);
  if (orders.length !== world.truth.orders.length) report(6, 'an order that was created is not there');
  if (snapshot.intents.length !== world.truth.orders.length) report(6, 'there are more orders than were created');
  const mails = snapshot.emails.map(({ subject, kind, recipient }) => `${subject} ${kind} ${recipient}`);
  if (new Set(mails).size !== mails.length) report(7, 'an e-mail is queued twice');
  for (const { order, intent } of orders) {
    const sent = snapshot.emails.filter(({ subject, kind }) => kind === 'order_paid' && subject === order.id).length;
    const wanted = intent.confirmedAt === null ? 0 : 2;
    if (sent !== wanted) report(7, `order ${order.name}: ${sent} e-mails say that it is paid, not ${wanted}`);
  }
  for (const failure of world.workflows.failures) report(8, `a workflow failed: ${failure}`);
  if (!snapshot.isAuditIntact) report(9, 'the chain of the audit log is broken');
};

const expectedOf = (facts: Facts, { order, intent, real }: OrderCase): number | null => {
  const { truth } = facts.world;
  const isQuiet = !order.isCanceled && !order.isDecided && !order.isPayerDenied && !order.isReorganised;
  if (!isQuiet || real.some(({ from }) => truth.deniedPayers.includes(from))) return null;
  const inTime = real.filter((one) => fits(order, one, intent.expiresAt));
  if (total(inTime) >= least(order)) return STATUS.paid;
  if (real.length === 0) return STATUS.timeout;
  return real.some((one) => !fits(order, one, intent.expiresAt) && !isDust(one.units))
    ? STATUS.manual
    : inTime.length > 0
      ? STATUS.underpaid
      : null;
};

/** 2 and 8, when nothing is left to do: each order has the status that its money gives it, and no money is without a decision. */
export const verdictsAreRight: Check = (facts, report) => {
  if (!facts.isSettled) return;
  for (const one of facts.orders) {
    const { order, intent, rows, real } = one;
    const expected = expectedOf(facts, one);
    // Found by the second reading, when the order was over: a person decides on it.
    const isFoundLate =
      intent.status === STATUS.manual && real.some(({ chainId }) => facts.world.truth.hidden.has(chainId));
    if (expected !== null && intent.status !== expected && !isFoundLate)
      report(2, `order ${order.name} is ${intent.status}, its money says ${expected}`);
    const isExtended = intent.expiresAt === order.expiresAt + order.extensionMs;
    if (intent.expiresAt !== order.expiresAt && !isExtended) report(8, `order ${order.name} expires at another time`);
    const reviews = facts.snapshot.reviews.filter(({ intent: id }) => id === order.id);
    const open = reviews.filter(({ state }) => state === 'open');
    const isRefunding = facts.snapshot.refunds.some(
      (refund) => refund.intent === order.id && (refund.state === 'signed' || refund.state === 'sent'),
    );
    if (isRefunding !== (intent.status === STATUS.refunding))
      report(8, `order ${order.name} is ${intent.status}, a refund is ${isRefunding ? '' : 'not '}under way`);
    if (!isRefunding && !isFinal(intent.status) && (intent.status !== STATUS.manual || open.length === 0))
      report(8, `order ${order.name} is stuck in ${intent.status}`);
    const standing = isRefunding
      ? facts.snapshot.moves.findLast((move) => move.intent === order.id)?.from
      : intent.status;
    const unseen = rows.filter(
      (row) =>
        row.state === 'confirmed' &&
        !row.inPayment &&
        !isDust(row.units) &&
        // Parts that fit wait with the order, while a person decides on money that does not, or refunds it.
        (open.length === 0 || standing !== STATUS.manual) &&
        !reviews.some(({ transfer }) => transfer === row.id),
    );
    for (const { txHash, units } of unseen)
      report(2, `order ${order.name} (${intent.status}): ${units} of ${txHash} are neither paid nor in review`);
    if (intent.status === STATUS.canceled && !order.isCanceled) report(2, `order ${order.name} was not canceled`);
    if (intent.status === STATUS.timeout && real.length === 0 && order.isCanceled && !order.isReorganised)
      report(13, `order ${order.name} was canceled, and is TIMEOUT`);
  }
};

/** 2: money counted as confirmed only when it was as deep as its chain's rule asks. */
export const confirmedDeep: Check = ({ world, orders }, report) => {
  for (const { order, rows } of orders) {
    for (const row of rows) {
      if (row.state !== 'confirmed') continue;
      const sim = world.truth.chains.find(({ chain }) => chain.id === row.chainId);
      if (!sim) continue;
      const amount = bigger(row.units, order.priceUnits);
      const tier = sim.chain.confirmation.tiers.find(({ upToUnits }) => upToUnits === null || amount <= upToUnits);
      const below = tier?.need.kind === 'depth' ? tier.need.blocks - 1 : sim.lag.safe;
      const highest = world.truth.highest.get(row.chainId) ?? 0;
      if (row.blockNumber + below > highest)
        report(2, `order ${order.name}: ${row.txHash} in block ${row.blockNumber} is confirmed at head ${highest}`);
    }
  }
};
