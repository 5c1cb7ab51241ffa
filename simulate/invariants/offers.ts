// Invariant 11: nobody is offered, or gets, more than they sent, in the coin and on the chain where they sent it.
import { offersOf } from '../world/offers.ts';
import { type Check, sumBy } from './check.ts';

const placeOf = ({ chainId, token, payer }: { chainId: number; token: string; payer: string }): string =>
  `${chainId}:${token}:${payer}`;

export const offersAreFair: Check = async ({ world, orders, isSettled }, report) => {
  if (!isSettled) return;
  for (const { order, rows } of orders) {
    if (rows.length === 0) continue;
    const offers = sumBy(await offersOf(world, order.id), placeOf, ({ base }) => base);
    const sent = sumBy(
      rows.filter(({ state }) => state === 'confirmed'),
      ({ chainId, token, from }) => placeOf({ chainId, token, payer: from }),
      ({ base }) => base,
    );
    for (const [place, base] of offers) {
      if (base > (sent.get(place) ?? 0n))
        report(11, `order ${order.name}: ${base} are offered to ${place}, which sent ${sent.get(place) ?? 0n}`);
    }
  }
};
