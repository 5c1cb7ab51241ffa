// What a checkout that has ended can give a refund address for: money that did not pay the order, and what was sent beyond the price.
import type { TokenTransfer } from '#db/entities/chain.entity.ts';
import type { Refund } from '#db/entities/refund.entity.ts';
import type { OrderBooking } from '#db/orders/bookings.ts';
import type { GivenRefundAddress } from '#db/refunds/refund-addresses.ts';
import type { Address } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import { type SenderSurplus, surplusBySender } from '#domain/payment-parts.ts';
import { formatTokenAmounts } from '#domain/token-amounts.ts';
import type { RefundableTransfer } from './view-types.ts';

interface EndedMoney {
  priceUnits: Units;
  /** Those that no reorganisation removed, in chain order. */
  transfers: readonly TokenTransfer[];
  bookings: readonly OrderBooking[];
  /** Confirmed or under way. */
  refunds: readonly Refund[];
  addresses: readonly GivenRefundAddress[];
}

/** One for each sender on each network, with what is left of it in each token: never more than is offered to that sender there. */
export const refundableMoney = (money: EndedMoney): RefundableTransfer[] => {
  const confirmed = money.transfers.filter(({ state }) => state === 'confirmed');
  const surplus = surplusOf(money);
  const bySender = Map.groupBy(confirmed, ({ chainId, fromAddress }) => `${chainId}:${fromAddress}`);
  return [...bySender.values()].flatMap((sent) => {
    const byToken = [...Map.groupBy(sent, ({ token }) => token).values()];
    const left = byToken.flatMap((own) => {
      const amountUnits = leftOf(own, surplus, money.refunds);
      const last = own.at(-1);
      return last && amountUnits > 0n ? [{ last, amountUnits }] : [];
    });
    const last = left.at(-1)?.last;
    if (!last) return [];
    const given = money.addresses.find(
      ({ chainId, sender }) => chainId === last.chainId && sender === last.fromAddress,
    );
    return {
      txHash: last.txHash,
      amount: formatTokenAmounts(
        left.map(({ last: { chainId, token, coin }, amountUnits }) => ({ chainId, token, coin, amountUnits })),
      ),
      network: chainById(last.chainId).name,
      address: given?.address ?? null,
    };
  });
};

/** What lies beyond the price, of each sender. */
const surplusOf = ({ priceUnits, transfers, bookings }: EndedMoney): SenderSurplus[] => {
  const paying = new Set(
    bookings.filter(({ kind }) => kind === 'payment').flatMap((booking) => booking.transfers.map(({ id }) => id)),
  );
  const payment = transfers
    .filter(({ id }) => paying.has(String(id)))
    .map(({ chainId, token, coin, blockTime, blockNumber, logIndex, amountBaseUnits, amountUnits, fromAddress }) => ({
      ...{ chainId, token, coin, blockNumber, logIndex, amountBaseUnits, amountUnits },
      ...{ blockTime: blockTime.getTime(), txFrom: fromAddress },
    }));
  return surplusBySender(payment, priceUnits);
};

/** Of one sender's money in one token: what did not pay the order and what lies beyond the price, less what went back. */
const leftOf = (
  own: readonly TokenTransfer[],
  surplus: readonly SenderSurplus[],
  refunds: readonly Refund[],
): Units => {
  const [first] = own;
  if (!first) return unitsOf(0n);
  const isOf = (one: { chainId: number; token: Address }, sender: Address) =>
    one.chainId === first.chainId && one.token === first.token && sender === first.fromAddress;
  const beyond = surplus.filter((one) => isOf(one, one.sender));
  const beside = own.filter(({ inPayment }) => !inPayment);
  const unitsPerBase = first.amountUnits / first.amountBaseUnits;
  const returned = refunds
    .filter((refund) => isOf(refund, refund.payerAddress))
    .reduce((sum, refund) => sum + (refund.amountBaseUnits + refund.withheldBaseUnits) * unitsPerBase, 0n);
  const offered = [...beyond, ...beside].reduce((sum, { amountUnits }) => sum + amountUnits, 0n);
  return unitsOf(offered > returned ? offered - returned : 0n);
};
