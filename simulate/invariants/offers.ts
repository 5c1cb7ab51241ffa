// Invariant 11: nobody is offered, or gets, more than they sent, in the coin and on the chain where they sent it; a surplus is its own
// sender's.
import { beyondPrice, bigger } from '../model.ts';
import { offersOf } from '../world/offers.ts';
import { type Check, type OrderCase, sumBy } from './check.ts';
import type { Snapshot } from './snapshot.ts';

type Place = { chainId: number; token: string; payer: string };
export const placeOf = ({ chainId, token, payer }: Place): string => `${chainId}:${token}:${payer}`;

/** What each sender sent, by place. */
export const sentBy = ({ rows }: OrderCase): Map<string, bigint> =>
  sumBy(
    rows.filter(({ state }) => state === 'confirmed'),
    ({ chainId, token, from }) => placeOf({ chainId, token, payer: from }),
    ({ base }) => base,
  );

/** Refunds that are done or under way, by place. */
export const returnedOf = ({ order }: OrderCase, { refunds }: Pick<Snapshot, 'refunds'>): Map<string, bigint> =>
  sumBy(
    refunds.filter(({ intent, state }) => intent === order.id && state !== 'failed'),
    placeOf,
    ({ base, withheld }) => base + withheld,
  );

/** What each sender sent beyond the price, in smallest units. */
const surplusOf = ({ order, rows, bookings }: OrderCase): Map<string, bigint> => {
  const payments = new Set(bookings.filter(({ kind }) => kind === 'payment').map(({ id }) => id));
  const payment = rows
    .filter(({ booking, state }) => booking !== null && payments.has(booking) && state === 'confirmed')
    .sort(
      (a, b) =>
        a.blockTime - b.blockTime || a.chainId - b.chainId || a.blockNumber - b.blockNumber || a.logIndex - b.logIndex,
    );
  const beyond = beyondPrice(order, payment);
  return sumBy(
    [...payment.entries()],
    ([, { chainId, token, from }]) => placeOf({ chainId, token, payer: from }),
    ([index, { base, units }]) => (beyond[index] ?? 0n) / (units / base),
  );
};

export const offersAreFair: Check = async ({ world, orders, snapshot, isSettled }, report) => {
  for (const one of orders) {
    const { name, id } = one.order;
    if (one.rows.length === 0) continue;
    const sent = sentBy(one);
    const returned = returnedOf(one, snapshot);
    // What was withdrawn and sent all the same has left the wallet, whatever was sent beside it.
    const agreed = returnedOf(one, { refunds: snapshot.refunds.filter(({ isWithdrawn }) => !isWithdrawn) });
    for (const [place, base] of agreed) {
      const most = sent.get(place) ?? 0n;
      if (base > most && !one.order.isUndone)
        report(11, `order ${name}: ${base} go back to ${place}, which sent ${most}`);
    }
    if (!isSettled) continue;
    const surplus = surplusOf(one);
    for (const share of await offersOf(world, id)) {
      const place = placeOf(share);
      const left = (sent.get(place) ?? 0n) - (returned.get(place) ?? 0n);
      if (share.remainingBaseUnits !== bigger(left, 0n))
        report(
          11,
          `order ${name}: ${share.remainingBaseUnits} are offered to ${place}, of whose money ${left} is left`,
        );
      const offered = share.parts.find(({ kind }) => kind === 'surplus')?.amountBaseUnits ?? 0n;
      const own = surplus.get(place) ?? 0n;
      if (offered > own)
        report(11, `order ${name}: a surplus of ${offered} is offered to ${place}, whose own is ${own}`);
      if (!returned.has(place) && offered !== own)
        report(11, `order ${name}: the surplus of ${place} is ${own}, ${offered} of it are offered`);
    }
  }
};
