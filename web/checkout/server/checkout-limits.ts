// Rate limits by checkout and by client address, for requests that read chains or screen an account. Counted in Postgres
// (api/rate-limit.ts), so that they hold across servers.
import type { Orm } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import { CALLING_DOORS, type CallingDoorName } from '#web/access/calling-doors.ts';
import { lazyLimiters, type RateLimit } from '#web/api/rate-limit.ts';
import { noteCounted } from '#web/chains/visitor-reads.ts';
import { addressCountKey } from '#web/http/ip-address.ts';

export interface CheckoutLimits {
  perIntent: RateLimit;
  /** An office or a mobile carrier can share one address. */
  perAddress: RateLimit;
}

/** Those of the table of doors. */
export const limitsOfDoor = (name: CallingDoorName): CheckoutLimits => {
  const { perOrder, perAddress } = CALLING_DOORS[name];
  if (perOrder === null) throw new RangeError(`${name} is about no order`);
  return { perIntent: { perMinute: perOrder }, perAddress: { perMinute: perAddress } };
};

export interface Asking {
  intentId: IntentId;
  /** Of the shopper's browser. */
  clientAddress: string;
}

/** Counts one request. Null when it is allowed, else the seconds to wait, rounded up. */
export type CheckoutLimiter = (asking: Asking) => Promise<number | null>;

/** @param name of the limit: each is counted separately */
export const createCheckoutLimiter = (
  orm: Orm,
  name: string,
  { perIntent, perAddress }: CheckoutLimits,
): CheckoutLimiter => {
  const limiters = lazyLimiters(orm, {
    byIntent: [`${name}_intent`, perIntent],
    byAddress: [`${name}_address`, perAddress],
  });
  return async ({ intentId, clientAddress }) => {
    const { byIntent, byAddress } = await limiters();
    const wait = (await byAddress.take(addressCountKey(clientAddress))) ?? (await byIntent.take(intentId));
    if (wait !== null) return Math.ceil(wait / 1000);
    noteCounted('address');
    return null;
  };
};
