// Faults that the tests plant into the product's source as it is loaded (plant.ts), to prove that the simulator finds them. Nothing of
// this is in the product: each is a piece of text in one file, and what stands there instead. docs/simulator.md has the table.

export interface PlantedFault {
  name: string;
  file: string;
  /** Occurs once in the file. */
  text: string;
  instead: string;
  /** The first seed that finds it. Tried first: seeds before it take two minutes and prove nothing more. */
  foundBy: number;
  /** The invariants that it may break, by their number in docs/reliability.md. */
  breaks: readonly number[];
  /** No other check finds it than the product's own `books verify`. */
  onlyBooksVerify?: true;
}

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'the last transfer is the record of a payment',
    foundBy: 1,
    file: 'domain/payment-parts.ts',
    text: 'if (reached >= minimumUnits) return transfer;',
    instead: '',
    breaks: [12],
  },
  {
    name: 'a fee is lost',
    foundBy: 1,
    file: 'db/intents/write-bookings.ts',
    text: 'fee: feeUnits.toString(),\n      net: netUnits.toString(),',
    instead: "fee: '0',\n      net: grossUnits.toString(),",
    breaks: [12],
  },
  {
    name: 'a settlement is counted twice',
    foundBy: 1,
    file: 'db/settlements/relayer-transactions.ts',
    text: "if (payment) await markPaid(em, settlement, [{ paid: payment, by: 'relayer' }]);",
    instead: `if (payment) await markPaid(em, settlement, [{ paid: payment, by: 'relayer' }, { paid: { ...payment, logIndex: payment.logIndex + 1000 }, by: 'relayer' }]);`,
    breaks: [4],
  },
  {
    name: 'a surplus belongs to the last sender',
    foundBy: 10,
    file: 'domain/payment-parts.ts',
    text: 'txFrom: sender, amountUnits, amountBaseUnits }] of transfers.entries()) {',
    instead:
      'amountUnits, amountBaseUnits }] of transfers.entries()) { const sender = transfers[transfers.length - 1]!.txFrom;',
    breaks: [11],
  },
  {
    name: 'a transfer stays when a reorganisation removed its block',
    foundBy: 9,
    file: 'db/watching/commit-step.ts',
    text: "const orphaned = await setState(sql, [...doomed, ...denied], 'orphaned');",
    instead: 'const orphaned: TransferRow[] = [];',
    breaks: [1, 2, 4],
  },
  {
    name: 'money counts one confirmation too early',
    foundBy: 3,
    file: 'domain/confirmations.ts',
    text: 'heights.head - blockNumber + 1n : 0n;',
    instead: 'heights.head - blockNumber + 2n : 0n;',
    breaks: [2],
  },
  {
    name: 'money counts ten minutes after the deadline',
    foundBy: 37,
    file: 'domain/payment-rules.ts',
    text: "return transfer.blockTime > terms.expiresAt ? 'late' : null;",
    instead: "return transfer.blockTime > terms.expiresAt + 600_000 ? 'late' : null;",
    breaks: [2],
  },
  {
    name: 'the tolerance counts twice',
    foundBy: 17,
    file: 'domain/payment-rules.ts',
    text: '(terms.requiredUnits * BigInt(terms.toleranceBps)) / 10_000n',
    instead: '(terms.requiredUnits * BigInt(terms.toleranceBps)) / 5_000n',
    breaks: [2, 12],
  },
  {
    name: 'a watcher that is behind falsifies a verdict',
    foundBy: 33,
    file: 'domain/payment-look.ts',
    text: 'chainsBehind.length === 0,\n  );',
    instead: 'true,\n  );',
    breaks: [2],
  },
  {
    name: 'a second payment is not reviewed',
    foundBy: 1,
    file: 'domain/payment-rules.ts',
    text: '!isMinedAgain(transfer) && transfer.reviews.length === 0 && !dust.has(transfer))',
    instead: 'isScreenedOut(transfer) && transfer.reviews.length === 0 && !dust.has(transfer))',
    breaks: [2],
  },
  {
    name: 'a move of status is not on the timeline',
    foundBy: 3,
    file: 'db/intents/change-intent.ts',
    text: 'if (moves) notes.push({',
    instead: 'if (moves && to !== 10) notes.push({',
    breaks: [3, 8],
  },
  {
    name: 'what was refunded can be refunded again',
    foundBy: 1,
    file: 'domain/refunds.ts',
    text: 'const remainingBaseUnits = less(receivedBaseUnits, refundedBaseUnits);',
    instead: 'const remainingBaseUnits = receivedBaseUnits;',
    breaks: [11],
  },
  {
    name: 'money that was accepted later is not in the file of orders',
    foundBy: 12,
    file: 'db/orders/order-rows.ts',
    text: 'left join booking b on b.intent_id = i.id',
    instead: "left join booking b on b.intent_id = i.id and b.kind = 'payment'",
    breaks: [10],
  },
  {
    name: 'final blocks are not read a second time',
    foundBy: 10,
    file: 'chain/watch-commit.ts',
    text: 'if (!pass) return;',
    instead: 'if (pass) return;',
    breaks: [1],
  },
  {
    name: 'a settlement is recorded without its fee',
    foundBy: 1,
    file: 'db/settlements/settlement-results.ts',
    text: '...{ netBaseUnits, feeBaseUnits, txHash,',
    instead:
      '...{ netBaseUnits: (netBaseUnits + feeBaseUnits) as typeof netBaseUnits, feeBaseUnits: (feeBaseUnits - feeBaseUnits) as typeof feeBaseUnits, txHash,',
    breaks: [10],
    onlyBooksVerify: true,
  },
  {
    name: 'money that was accepted later is not in the files of reports',
    foundBy: 12,
    file: 'db/orders/order-rows.ts',
    text: 'where b.store_id = $1 and (b.booked_at, b.id) > ($2::timestamptz, $3::bigint) and b.booked_at < $4',
    instead:
      "where b.store_id = $1 and (b.booked_at, b.id) > ($2::timestamptz, $3::bigint) and b.booked_at < $4 and b.kind = 'payment'",
    breaks: [10],
    onlyBooksVerify: true,
  },
  {
    name: 'a withdrawn transfer that was sent is not searched for',
    foundBy: 12,
    file: 'db/refunds/refund-outcomes.ts',
    text: "eb.or([eb('b.state', 'in', ['signed', 'sent']), eb.and([eb.ref('b.isWatched')])])",
    instead: "eb('b.state', 'in', ['signed', 'sent'])",
    breaks: [11],
  },
  {
    name: 'confirmed refunds are not watched until their block is final',
    foundBy: 1,
    file: 'worker/refund-follower.ts',
    text: 'list: (chainId) => listUnfinalRefunds(em, chainId, UNFINAL_PER_PASS),',
    instead: 'list: async () => [],',
    breaks: [4, 10, 11],
  },
  {
    name: 'a refund that a reorganisation removed can be refunded again at once',
    foundBy: 1,
    file: 'db/refunds/confirmed-refunds.ts',
    text: "...{ state: 'sent', logIndex: null,",
    instead: "...{ state: 'failed', logIndex: null,",
    breaks: [4, 8, 10, 11],
  },
  {
    name: 'settlements are not watched until their block is final',
    foundBy: 1,
    file: 'worker/settlement-follower.ts',
    text: 'list: (chainId) => listUnfinalSettlements(em, chainId, UNFINAL_PER_PASS),',
    instead: 'list: async () => [],',
    breaks: [4, 10],
  },
  {
    name: 'what somebody else settled before is not searched for',
    foundBy: 35,
    file: 'worker/settlement-follower.ts',
    text: 'await listShortSettlements(em, chainId, SHORT_PER_PASS)',
    instead: '[] as WatchedSettlement[]',
    breaks: [4, 10],
  },
];
