// Orders of a store in Berlin around the night in which the clocks go back, for tests of filters and days.
import { randomBytes } from 'node:crypto';
import { type IntentId, makeIntentId } from '#domain/ids.ts';
import { ONE_COIN } from '#domain/money.ts';
import { IntentStatus, PaymentMethod } from '#domain/status.ts';
import type { CheckoutWorld } from './checkout-world.ts';

/** An order created at a moment, for so many coins. */
export const orderAt = async (
  world: CheckoutWorld,
  orderId: string,
  iso: string,
  coins: number,
  fields: Record<string, unknown> = {},
): Promise<IntentId> => {
  const createdAt = new Date(iso);
  const id = makeIntentId(createdAt.getTime() / 1000, randomBytes(8));
  await world.intent({ id, createdAt, orderId, amountUnits: BigInt(coins) * ONE_COIN, ...fields });
  return id;
};

/** A store in Berlin. Its 26 October 2025 has 25 hours, because the clocks go back that night. */
export const fillBerlin = async (world: CheckoutWorld): Promise<{ deposit: string; paid: IntentId; hash: string }> => {
  const sql = world.orm.em.fork();
  await sql.execute(`update store set time_zone = 'Europe/Berlin' where id = ?`, [world.storeId]);
  const first = await orderAt(world, 'F-NIGHT', '2025-10-25T22:30:00Z', 10, { status: IntentStatus.TIMEOUT });
  await orderAt(world, 'F-EVENING', '2025-10-26T22:30:00Z', 20, { status: IntentStatus.CANCELED });
  await orderAt(world, 'F-NEXT', '2025-10-26T23:10:00Z', 30, { status: IntentStatus.TIMEOUT });
  const paid = await orderAt(world, 'F-USDC', '2025-11-01T10:00:00Z', 40);
  await world.pay(paid, '40', 31338, 2);
  await sql.execute('update checkout_intent set payment_method_type = ? where id = ?', [
    PaymentMethod.WALLET_CONNECT,
    paid,
  ]);
  await world.pay(await orderAt(world, 'F-USDT', '2025-11-02T10:00:00Z', 50), '50');
  const late = await orderAt(world, 'F-LATE', '2025-11-03T10:00:00Z', 60, { status: IntentStatus.TIMEOUT });
  const transferId = await world.transfer(late, { amount: '55', state: 'confirmed' });
  await world.change({
    intentId: late,
    to: IntentStatus.PENDING_MANUAL_OPERATION,
    reviews: [{ kind: 'late', transferId }],
  });
  await orderAt(world, 'F-OPEN', '2025-11-04T10:00:00Z', 70);
  const facts =
    'select deposit_address as deposit, tx_hash as hash from checkout_intent where id in (?, ?) order by id';
  const [{ deposit } = { deposit: '' }, { hash } = { hash: '' }] = await sql.execute<
    { deposit: string; hash: string }[]
  >(facts, [first, paid]);
  return { deposit, paid, hash };
};
