// Refunds as the merchant's pages record them, as the merchant's wallet carries them out, and as the worker follows them.
import { recordRefund } from '#db/refunds/refunds.ts';
import { UserError } from '#domain/errors.ts';
import { baseUnitsOf, ZERO } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { checkWithdrawn, withdrawPrepared } from '#web/dashboard/refund/server/withdrawals.ts';
import { createRefundFollower } from '#worker/refund-follower.ts';
import { createSettlementFollower } from '#worker/settlement-follower.ts';
import { hashOf } from '../chain/chain.ts';
import { balanceOf, release, transfer } from '../chain/contracts.ts';
import type { Operation } from '../operations.ts';
import { offersOf } from './offers.ts';
import type { PreparedTransfer, TrueOrder } from './truth.ts';
import type { World } from './world.ts';

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

const DEADLINE_MS = 30 * 60_000;
const QUIET = { info() {}, warn() {} };
const ACTOR = { kind: 'member', id: 'owner', email: 'owner@shop.example' } as const;

/** Refunds one of what the order's page offers: from the deposit address while the money is there, else from the wallet. */
export const refund = async (world: World, operation: Of<'refund'>): Promise<void> => {
  const order = world.truth.orders.find(({ name }) => name === operation.order);
  if (!order) return;
  const shares = (await offersOf(world, order.id)).filter(({ remainingBaseUnits }) => remainingBaseUnits > 0n);
  const share = shares[operation.offer % Math.max(shares.length, 1)];
  const chain = world.chains.find(({ sim }) => sim.chain.id === share?.chainId);
  if (!share || !chain) return;
  const { sim, watching } = chain;
  const review = share.parts.find((part) => part.kind === 'review');
  const isWhole = operation.share === 1_000;
  const whole = isWhole && review ? review.amountBaseUnits : share.remainingBaseUnits;
  const amountBaseUnits = baseUnitsOf((whole * BigInt(operation.share)) / 1_000n);
  if (amountBaseUnits === 0n) return;
  const held = balanceOf(sim.head().state, share.token, order.deposit);
  const isAtDeposit = share.atDepositBaseUnits >= amountBaseUnits && held >= amountBaseUnits;
  const source = isAtDeposit && !operation.fromWallet ? 'deposit' : 'wallet';
  const digest = hashOf('refund', world.seed, world.counts.operations);
  const deadline = new Date(world.clock.now() + DEADLINE_MS);
  const { em } = world.database.orm;
  const id = await ifAllowed(async () => {
    await checkWithdrawn(em, { order: { intentId: order.id }, pool: watching.pool, share });
    const recorded = await recordRefund(em, {
      ...{ storeId: world.store.storeId, intentId: order.id, of: share, source, toAddress: knownPayable(share.payer) },
      ...{ feeBearer: source === 'deposit' ? 'payer' : 'merchant', amountBaseUnits, withheldBaseUnits: ZERO },
      feeBaseUnits: baseUnitsOf(source === 'deposit' ? (amountBaseUnits * order.feeRateE9) / 1_000_000_000n : 0n),
      ...{ reviewItemId: isWhole && review ? review.reviewItemId : null, requestId: null, callData: '0x' },
      ...{ orderDigest: source === 'deposit' ? digest : null, fromBlock: BigInt(sim.head().number), deadline },
      ...{ actor: ACTOR, reason: 'simulated' },
    });
    return recorded.id;
  });
  if (id === null) return;
  order.isDecided = true;
  if (source === 'deposit') {
    if (operation.isMined) carryOutRelease(world, order, { ...share, amountBaseUnits, digest, deadline });
    return;
  }
  const { chainId, token, payer } = share;
  const prepared: PreparedTransfer = {
    ...{ id, order, chainId, token, payer, baseUnits: amountBaseUnits, deadline: deadline.getTime(), txHash: null },
  };
  world.truth.prepared.push(prepared);
  if (operation.isMined) sendFromWallet(world, prepared);
};

/** Null when the product's rules or the state of its providers do not allow it. */
const ifAllowed = async <T>(run: () => Promise<T>): Promise<T | null> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
};

const unsentOf = ({ truth }: World, index: number): PreparedTransfer | undefined => {
  const unsent = truth.prepared.filter(({ txHash }) => txHash === null);
  return unsent[index % Math.max(unsent.length, 1)];
};

/** The owner withdraws a prepared transfer on the order's page. */
export const withdraw = async (world: World, { prepared: index }: Of<'withdraw'>): Promise<void> => {
  const prepared = unsentOf(world, index);
  if (!prepared) return;
  const { em } = world.database.orm;
  await ifAllowed(() =>
    withdrawPrepared({ em, pools: poolsOf(world) }, world.store.storeId, prepared.id, { actor: ACTOR, reason: null }),
  );
};

export const sendPrepared = (world: World, { prepared: index }: Of<'send_prepared'>): void => {
  const prepared = unsentOf(world, index);
  if (prepared) sendFromWallet(world, prepared);
};

/** A wallet sends one again that a reorganisation took out of the chain, where nothing waits of it. */
export const sendAgain = (world: World, { prepared: index }: Of<'send_again'>): void => {
  const lost = world.truth.prepared.filter(({ txHash, chainId }) => {
    const sim = simOf(world, chainId);
    return txHash !== null && sim && !sim.find(txHash) && !sim.pending().some(({ hash }) => hash === txHash);
  });
  const prepared = lost[index % Math.max(lost.length, 1)];
  if (prepared) sendFromWallet(world, prepared);
};

interface SignedRefund {
  chainId: number;
  token: TrueOrder['deposit'];
  payer: TrueOrder['deposit'];
  amountBaseUnits: bigint;
  digest: ReturnType<typeof hashOf>;
  deadline: Date;
}

/** The merchant's wallet sends the release that it signed. */
const carryOutRelease = (world: World, order: TrueOrder, signed: SignedRefund): void => {
  const { token, payer: to, amountBaseUnits: amount, digest } = signed;
  const deadline = BigInt(Math.floor(signed.deadline.getTime() / 1000));
  const hash = hashOf('carried out', digest);
  world.truth.releases.add(hash);
  simOf(world, signed.chainId)?.submit({
    hash,
    nonce: null,
    run: (state, time) => release(state, { terms: order, token, to, amount, digest, deadline }, time),
  });
};

/** The wallet holds more than what the simulator's orders brought. */
const sendFromWallet = (world: World, prepared: PreparedTransfer): void => {
  const { id, order, chainId, token, payer, baseUnits } = prepared;
  prepared.txHash = hashOf('from the wallet', world.seed, id, world.counts.operations);
  simOf(world, chainId)?.submit({
    hash: prepared.txHash,
    nonce: null,
    run: (state) => ({ logs: [transfer(state, token, order.receiver, payer, baseUnits, true)], reverted: false }),
  });
};

const simOf = ({ chains }: World, chainId: number) => chains.find(({ sim }) => sim.chain.id === chainId)?.sim;

const poolsOf = ({ chains }: World) => new Map(chains.map(({ sim, watching }) => [sim.chain.id, watching.pool]));

/** One pass of the worker's followers over both chains. */
export const followMoney = async (world: World): Promise<void> => {
  const options = { em: world.database.orm.em, pools: poolsOf(world), logger: QUIET };
  await createRefundFollower(options).pass();
  await createSettlementFollower(options).pass();
};
