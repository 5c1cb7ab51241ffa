// Prepared transfers that their owner withdraws, because nobody sent them. Their money is free at once. What was prepared can still be
// sent, by a wallet that has it open or by a Safe: the follower searches for it until its time is over, and it is that refund again.

import { sql } from 'kysely';
import type { Hex } from '#domain/address.ts';
import type { AuditAction } from '#domain/audit-actions.ts';
import { UserError } from '#domain/errors.ts';
import type { RefundShare } from '#domain/refunds.ts';
import { Refund } from '../entities/refund.entity.ts';
import { kyselyOf } from '../kysely.ts';
import { type Actor, REFUND_FOLLOWER, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { type LockedRefund, lockRefund } from './lock-refund.ts';
import { showEnded, showUnderWay } from './refund-status.ts';
import { type RefundView, readRefundableOrder } from './refundable-order.ts';
import { isShare } from './refunds.ts';

const WITHDRAWN =
  'Withdrawn before it was sent. If it is sent all the same within a day, it is recorded as this refund.';
const WITHDRAWN_AND_OVER = 'Withdrawn before it was sent. No money moved.';

/** Frees the money of a prepared transfer. Throws UserError: `send_back_not_found`, `not_withdrawable` (it was sent, or has ended). */
export const withdrawRefund = (
  entityManager: Em,
  storeId: string,
  id: string,
  by: { actor: Actor; reason: string | null },
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const refund = /^\d{1,18}$/.test(id) ? await lockRefund(em, BigInt(id)) : null;
    if (!refund || refund.storeId !== storeId) throw new UserError('send_back_not_found', 'There is no such refund.');
    if (refund.source !== 'wallet' || refund.state !== 'signed')
      throw new UserError(
        'not_withdrawable',
        'Only a prepared transfer that was not sent can be withdrawn: reload the page.',
      );
    await withdraw(em, refund, by);
  });

const withdraw = async (
  em: Em,
  refund: LockedRefund,
  { actor, reason }: { actor: Actor; reason: string | null },
): Promise<void> => {
  const { id, intentId, merchantId, storeId } = refund;
  await kyselyOf(em)
    .updateTable('Refund')
    .set({ state: 'failed', lastError: WITHDRAWN, isWatched: true, withdrawnAt: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute();
  await writeAudit(em, {
    ...{ actor, merchantId, storeId, reason },
    action: 'send_back.withdraw',
    subjectKind: 'intent',
    subjectId: intentId,
    data: { sendBackId: String(id) },
  });
  await showEnded(em, refund, { refund: 'withdrawn' });
};

/** Its time is over, and the chain does not show it. */
export const stopWatching = async (em: Em, id: bigint): Promise<void> => {
  await em.nativeUpdate(Refund, { id }, { isWatched: false, lastError: WITHDRAWN_AND_OVER });
};

/**
 * The chain shows a withdrawn transfer. It is the payer's refund as before. When the money was promised again in the meantime, the
 * newer transfers that were not sent are withdrawn. When even then it is more than what is left, it waits (`later`) for refunds that
 * are still under way, which may fail. Where only confirmed ones are in its way, the money was paid twice: it left the wallet, so it is a
 * refund all the same, and the audit log says `paid_twice`.
 */
export const reviveWithdrawn = async (
  em: Em,
  refund: LockedRefund,
  { kind, txHash, logIndex }: { kind: 'mined' | 'confirmed'; txHash: Hex; logIndex: number },
): Promise<LockedRefund | 'later'> => {
  const { id } = refund;
  let money = await readMoney(em, refund);
  if (!isLeft(money, refund)) {
    await withdrawNewer(em, money, id);
    money = await readMoney(em, refund);
  }
  const isTwice = !isLeft(money, refund);
  if (isTwice && (kind === 'mined' || !isLost(money, refund))) return 'later';
  const others = kyselyOf(em).selectFrom('Refund').select('id').where('id', '<>', id).where('state', '<>', 'failed');
  const isTransferTaken =
    refund.transferId !== null && (await others.where('transferId', '=', refund.transferId).executeTakeFirst());
  const isRequestTaken =
    refund.requestId !== null && (await others.where('request', '=', refund.requestId).executeTakeFirst());
  const review = isTransferTaken
    ? { transferId: null, reviewItemId: null }
    : { transferId: refund.transferId, reviewItemId: refund.reviewItemId };
  const found = { state: 'sent' as const, isWatched: false, txHash, logIndex };
  await kyselyOf(em)
    .updateTable('Refund')
    .set({ ...found, ...review, lastError: null, ...(isRequestTaken ? { request: null } : {}) })
    .where('id', '=', id)
    .execute();
  await writeFound(em, refund, txHash, isTwice ? 'send_back.paid_twice' : 'send_back.found');
  await showUnderWay(em, refund, 'found');
  return { ...refund, ...found, ...review };
};

const writeFound = (
  em: Em,
  { id, intentId, merchantId, storeId }: LockedRefund,
  txHash: Hex,
  action: AuditAction<'send_back'>,
): Promise<void> =>
  writeAudit(em, {
    ...{ action, merchantId, storeId },
    actor: REFUND_FOLLOWER,
    subjectKind: 'intent',
    subjectId: intentId,
    data: { sendBackId: String(id), txHash },
  });

interface PayerMoney {
  share: RefundShare | undefined;
  /** All refunds of it, failed ones too. */
  refunds: RefundView[];
}

/** What can be refunded of the money that this refund is of. */
const readMoney = async (em: Em, refund: LockedRefund): Promise<PayerMoney> => {
  const order = await readRefundableOrder(em, refund.storeId, refund.intentId);
  const { chainId, token, payerAddress: payer } = refund;
  const isOfIt = (one: Pick<RefundShare, 'chainId' | 'token' | 'payer'>) => isShare(one, { chainId, token, payer });
  return { share: order?.shares.find(isOfIt), refunds: (order?.refunds ?? []).filter(isOfIt) };
};

const isLeft = ({ share }: PayerMoney, { amountBaseUnits, withheldBaseUnits }: LockedRefund): boolean =>
  share !== undefined && amountBaseUnits + withheldBaseUnits <= share.remainingBaseUnits;

/** What the chain has confirmed leaves too little, whatever happens to refunds under way. */
const isLost = ({ share, refunds }: PayerMoney, { amountBaseUnits, withheldBaseUnits }: LockedRefund): boolean => {
  const confirmed = refunds
    .filter(({ state }) => state === 'confirmed')
    .reduce((total, one) => total + one.amountBaseUnits + one.withheldBaseUnits, 0n);
  return share === undefined || amountBaseUnits + withheldBaseUnits + confirmed > share.receivedBaseUnits;
};

const withdrawNewer = async (em: Em, { refunds }: PayerMoney, sent: bigint): Promise<void> => {
  for (const { id } of refunds.filter(({ state, source }) => state === 'signed' && source === 'wallet')) {
    const locked = await lockRefund(em, BigInt(id));
    if (locked)
      await withdraw(em, locked, { actor: REFUND_FOLLOWER, reason: `Refund ${sent} of this money was sent.` });
  }
};
