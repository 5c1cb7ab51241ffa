// Invariant 11, of refunds from the merchant's wallet: each transfer that the wallet sent is one refund, also when it was withdrawn
// before, and nothing else is.
import { addressFromWord } from '#domain/abi.ts';
import { TRANSFER_TOPIC } from '#domain/erc20.ts';
import { isSeen } from '../model.ts';
import type { PreparedTransfer } from '../world/truth.ts';
import type { Check, Facts } from './check.ts';
import type { RefundRow } from './snapshot.ts';

interface SentTransfer {
  prepared: PreparedTransfer;
  /** Epoch milliseconds. */
  blockTime: number;
}

type EventRow = Pick<RefundRow, 'chainId' | 'txHash' | 'logIndex'>;
const keyOf = ({ chainId, txHash, logIndex }: EventRow): string => `${chainId}:${txHash}:${logIndex}`;

/** The wallet's transfers that the chains have now, by event. */
const sentTransfers = ({ world: { truth } }: Facts): Map<string, SentTransfer> => {
  const sent = new Map<string, SentTransfer>();
  for (const { chain, blocks } of truth.chains)
    for (const { time, txs } of blocks)
      for (const { tx, logs, firstLog } of txs)
        for (const [index, { topics }] of logs.entries()) {
          const prepared = truth.prepared.find(({ txHash }) => txHash === tx.hash);
          if (!prepared || topics[0] !== TRANSFER_TOPIC) continue;
          if (addressFromWord(topics[1] ?? '') !== prepared.order.receiver) continue;
          const event = { chainId: chain.id, txHash: tx.hash, logIndex: firstLog + index };
          sent.set(keyOf(event), { prepared, blockTime: time * 1000 });
        }
  return sent;
};

export const walletRefundsAreSent: Check = (facts, report) => {
  if (!facts.isSettled) return;
  const sent = sentTransfers(facts);
  const found = new Map<string, RefundRow>();
  for (const row of facts.snapshot.refunds) {
    if (row.source !== 'wallet' || row.txHash === null || row.state === 'failed') continue;
    // A reorganisation removed it, and it is under way.
    if (row.state !== 'confirmed' && !sent.has(keyOf(row))) continue;
    if (found.has(keyOf(row))) report(11, `two refunds are the transfer ${keyOf(row)}`);
    if (!sent.has(keyOf(row))) report(11, `a refund is the transfer ${keyOf(row)}, which the wallet did not send`);
    found.set(keyOf(row), row);
  }
  // One that was mined too late can be taken for another of the same amount.
  const isAllInTime = [...sent.values()].every(isSeen);
  for (const [key, { prepared }] of sent) {
    const { order, baseUnits, payer } = prepared;
    const row = found.get(key);
    if (!row) {
      if (isAllInTime) report(11, `order ${order.name}: the wallet sent ${key}, and no refund says so`);
      continue;
    }
    if (row.base !== baseUnits || row.payer !== payer)
      report(11, `order ${order.name}: the refund of ${key} has another amount or payer`);
    if (row.state !== 'confirmed') report(11, `order ${order.name}: ${key} was sent and is ${row.state}`);
  }
};

/** Each refund is confirmed, removed, confirmed again …; that is what its state and the e-mails about it say. */
export const refundsAreTold: Check = ({ snapshot }, report) => {
  const entriesOf = Map.groupBy(snapshot.refundEntries, ({ refund }) => refund);
  for (const { id, intent, state, units } of snapshot.refunds) {
    const entries = entriesOf.get(id) ?? [];
    const isInTurn = entries.every(({ kind }, index) => kind === (index % 2 === 0 ? 'confirmed' : 'removed'));
    if (!isInTurn || (entries.at(-1)?.kind === 'confirmed') !== (state === 'confirmed'))
      report(11, `refund ${id} is ${state}, its entries are ${entries.map(({ kind }) => kind)}`);
    if (entries.some((entry) => entry.units !== units)) report(11, `an entry of refund ${id} has another amount`);
    for (const [kind, email] of [
      ['confirmed', 'order_refunded'],
      ['removed', 'order_refund_removed'],
    ] as const) {
      const due = entries.filter((entry) => entry.kind === kind).length;
      const subject = `${intent}:refund:${id}`;
      const told = new Set(
        snapshot.emails
          .filter(
            (one) =>
              one.kind === email && `${one.subject}:`.startsWith(`${subject}:`) && !one.subject.endsWith(':lost'),
          )
          .map((one) => one.subject),
      ).size;
      if (told !== due) report(7, `refund ${id} was ${kind} ${due} times, and ${told} times the shop was told`);
    }
  }
};
