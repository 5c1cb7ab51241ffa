// The bookings of one order with their transfers: what was paid, in which coin, on which network, by whom.
import type { Address, Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Units } from '#domain/money.ts';
import type { PaymentPart } from '#domain/payment-parts.ts';
import type { BookingKind } from '../entities/booking.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface OrderBooking extends PaymentPart {
  id: string;
  kind: BookingKind;
  bookedAt: Date;
  /** In chain order. */
  transfers: { id: string; txHash: Hex; from: Address; amountUnits: Units }[];
}

/** In the order in which they were booked. Empty while the order is not paid. */
export const readBookings = async (em: Em, intentId: IntentId): Promise<OrderBooking[]> => {
  const db = kyselyOf(em);
  const bookings = await db
    .selectFrom('Booking')
    .select(['id', 'kind', 'chainId', 'token', 'coin', 'bookedAt'])
    .select(['grossUnits', 'feeUnits', 'netUnits', 'surplusUnits'])
    .where('intent', '=', intentId)
    .orderBy('id')
    .execute();
  if (bookings.length === 0) return [];
  const transfers = await db
    .selectFrom('TokenTransfer')
    .select(['id', 'booking', 'txHash', 'fromAddress as from', 'amountUnits'])
    .where('intent', '=', intentId)
    .where('booking', 'is not', null)
    .orderBy('blockTime')
    .orderBy('chainId')
    .orderBy('blockNumber')
    .orderBy('logIndex')
    .execute();
  return bookings.map(({ id, ...booking }) => ({
    ...booking,
    id: String(id),
    transfers: transfers
      .filter((transfer) => String(transfer.booking) === String(id))
      .map(({ booking: _, ...transfer }) => ({ ...transfer, id: String(transfer.id) })),
  }));
};
