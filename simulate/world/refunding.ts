// Refunds as the merchant's pages record them, as the merchant's wallet carries them out, and as the worker follows them.
import { recordRefund } from '#db/refunds/refunds.ts';
import { UserError } from '#domain/errors.ts';
import { baseUnitsOf, ZERO } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { createRefundFollower } from '#worker/refund-follower.ts';
import { hashOf } from '../chain/chain.ts';
import { balanceOf, release, transfer } from '../chain/contracts.ts';
import type { Operation } from '../operations.ts';
import { offersOf } from './offers.ts';
import type { TrueOrder } from './truth.ts';
import type { World } from './world.ts';

const DEADLINE_MS = 30 * 60_000;
const QUIET = { info() {}, warn() {} };
const ACTOR = { kind: 'member', id: 'owner', email: 'owner@shop.example' } as const;

/** Refunds one of what the order's page offers: from the deposit address while the money is there, else from the wallet. */
export const refund = async (world: World, operation: Extract<Operation, { kind: 'refund' }>): Promise<void> => {
  const order = world.truth.orders.find(({ name }) => name === operation.order);
  if (!order) return;
  const shares = (await offersOf(world, order.id)).filter(({ remainingBaseUnits }) => remainingBaseUnits > 0n);
  const share = shares[operation.offer % Math.max(shares.length, 1)];
  const sim = world.chains.find(({ sim: { chain } }) => chain.id === share?.chainId)?.sim;
  if (!share || !sim) return;
  const review = share.parts.find((part) => part.kind === 'review');
  const isWhole = operation.share === 1_000;
  const whole = isWhole && review ? review.amountBaseUnits : share.remainingBaseUnits;
  const amountBaseUnits = baseUnitsOf((whole * BigInt(operation.share)) / 1_000n);
  if (amountBaseUnits === 0n) return;
  const held = balanceOf(sim.head().state, share.token, order.deposit);
  const source = share.atDepositBaseUnits >= amountBaseUnits && held >= amountBaseUnits ? 'deposit' : 'wallet';
  const digest = hashOf('refund', world.seed, world.counts.operations);
  const deadline = new Date(world.clock.now() + DEADLINE_MS);
  try {
    await recordRefund(world.database.orm.em, {
      ...{ storeId: world.store.storeId, intentId: order.id, of: share, source, toAddress: knownPayable(share.payer) },
      ...{ feeBearer: source === 'deposit' ? 'payer' : 'merchant', amountBaseUnits, withheldBaseUnits: ZERO },
      feeBaseUnits: baseUnitsOf(source === 'deposit' ? (amountBaseUnits * order.feeRateE9) / 1_000_000_000n : 0n),
      ...{ reviewItemId: isWhole && review ? review.reviewItemId : null, requestId: null, callData: '0x' },
      ...{ orderDigest: source === 'deposit' ? digest : null, fromBlock: BigInt(sim.head().number), deadline },
      ...{ actor: ACTOR, reason: 'simulated' },
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return;
  }
  order.isDecided = true;
  if (operation.isMined) carryOut(world, order, { ...share, source, amountBaseUnits, digest, deadline });
};

interface SignedRefund {
  chainId: number;
  token: TrueOrder['deposit'];
  payer: TrueOrder['deposit'];
  source: 'deposit' | 'wallet';
  amountBaseUnits: bigint;
  digest: ReturnType<typeof hashOf>;
  deadline: Date;
}

/** The merchant's wallet sends it. */
const carryOut = (world: World, order: TrueOrder, signed: SignedRefund): void => {
  const { token, payer: to, amountBaseUnits: amount, digest } = signed;
  const sim = world.chains.find(({ sim: { chain } }) => chain.id === signed.chainId)?.sim;
  const deadline = BigInt(Math.floor(signed.deadline.getTime() / 1000));
  sim?.submit({
    hash: hashOf('carried out', digest),
    nonce: null,
    run: (state, time) =>
      signed.source === 'deposit'
        ? release(state, { terms: order, token, to, amount, digest, deadline }, time)
        : // The wallet holds more than what the simulator's orders brought.
          { logs: [transfer(state, token, order.receiver, to, amount, true)], reverted: false },
  });
};

/** One pass of the worker's follower over both chains. */
export const followRefunds = async ({ chains, database }: World): Promise<void> => {
  const pools = new Map(chains.map(({ sim, watching }) => [sim.chain.id, watching.pool]));
  await createRefundFollower({ em: database.orm.em, pools, logger: QUIET }).pass();
};
