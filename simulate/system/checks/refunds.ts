// Invariants 4, 10 and 11 of refunds: those in the books are those on the chains, and nobody gets back more than they sent.
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { type Facts, type Report, sumBy } from './facts.ts';

export const refundsAreOnChain = async (facts: Facts, report: Report): Promise<void> => {
  const { refunds, moved, intents, transfers } = facts;
  const used = new Set<string>();
  for (const refund of refunds) {
    const { id, intent, chainId, token, source, to, state, amount, fee, txHash } = refund;
    if (state !== 'confirmed') continue;
    const from = source === 'deposit' ? intents.get(intent)?.deposit : undefined;
    const transfer = moved.find(
      (one) =>
        one.chainId === chainId &&
        one.txHash === txHash &&
        one.token === token &&
        one.to === to &&
        one.base === amount - fee &&
        (from === undefined || one.from === from) &&
        !used.has(keyOf(one)),
    );
    if (transfer) used.add(keyOf(transfer));
    else report(4, `refund ${id} of ${intent} (${txHash}) is in the books, and not on ${chainId}`);
  }
  await sentAreBooked(facts, report);
  const sent = sumBy(
    transfers.filter(({ state }) => state === 'confirmed'),
    ({ intent, chainId, token, from }) => `${intent} ${chainId} ${token} ${from}`,
    ({ base }) => base,
  );
  const back = sumBy(
    refunds.filter(({ state }) => state !== 'failed'),
    ({ intent, chainId, token, payer }) => `${intent} ${chainId} ${token} ${payer}`,
    ({ amount, withheld }) => amount + withheld,
  );
  for (const [place, base] of back)
    if (base > (sent.get(place) ?? 0n))
      report(11, `${place}: ${base} were refunded, ${sent.get(place) ?? 0n} were sent`);
};

const keyOf = ({ chainId, txHash, logIndex }: Facts['moved'][number]): string => `${chainId}:${txHash}:${logIndex}`;

/** 10: every transaction that a wallet sent as a refund is mined, and is one refund of the books unless the chain rejected it. */
const sentAreBooked = async ({ world, refunds }: Facts, report: Report): Promise<void> => {
  for (const { intentId, chainId, isRejected, txHash } of world.refunding.sent) {
    const receipt = await rpcCall<{ status: string } | null>(
      world.stack.nodeUrl(chainId),
      'eth_getTransactionReceipt',
      [txHash],
    );
    if (!receipt) report(10, `the wallet's refund ${txHash} of ${intentId} is in no block`);
    if (receipt?.status !== '0x1') continue;
    const booked = refunds.filter((one) => one.txHash === txHash && one.chainId === chainId);
    // Paid elsewhere, and more than was left: the shop paid it on its own account.
    if (isRejected && booked.length === 0) continue;
    if (booked.filter(({ state, intent }) => state === 'confirmed' && intent === intentId).length !== 1)
      report(10, `the refund ${txHash} of ${intentId} on ${chainId} is ${booked.length} times in the books`);
  }
};
