// Transactions that shoppers named ("I already sent it") when the networks could not be asked: kept, and checked again later.
import type { Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { msFromNow, now } from '../sql.ts';

/** A shopper names one or two. More are made up, and each costs reads of all networks. */
const MAX_OPEN = 5;
/** With waits that double from half a minute: about four hours. */
const MAX_CHECKS = 10;
const FIRST_WAIT_MS = 30_000;

export interface KeptClaimRow {
  intentId: IntentId;
  txHash: Hex;
}

/** Keeps a claim, or opens one that is done. Safe to repeat. @returns false when the order has too many that wait: this one is not kept */
export const keepClaim = async (em: Em, intentId: IntentId, txHash: Hex): Promise<boolean> =>
  await em.transactional(async (inner) => {
    const db = kyselyOf(inner);
    await db.selectFrom('CheckoutIntent').select('id').where('id', '=', intentId).forNoKeyUpdate().execute();
    const open = await db
      .selectFrom('KeptClaim')
      .select('txHash')
      .where('intent', '=', intentId)
      .where('nextCheckAt', 'is not', null)
      .execute();
    if (open.some((row) => row.txHash === txHash)) return true;
    if (open.length >= MAX_OPEN) return false;
    await db
      .insertInto('KeptClaim')
      .values({ intent: intentId, txHash })
      .onConflict((conflict) => conflict.columns(['intent', 'txHash']).doUpdateSet({ checks: 0, nextCheckAt: now }))
      .execute();
    return true;
  });

/**
 * The claims whose time has come, oldest first. Each gets its next time before it is checked, so that a process which dies loses none and
 * two processes do not check the same one. After the last check there is no next time.
 */
export const takeKeptClaims = async (em: Em, limit: number): Promise<KeptClaimRow[]> =>
  await em.transactional(async (inner) => {
    const db = kyselyOf(inner);
    const due = await db
      .selectFrom('KeptClaim')
      .select(['intent', 'txHash', 'checks'])
      .where('nextCheckAt', '<=', now)
      .orderBy('nextCheckAt')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { intent, txHash, checks } of due) {
      const isLast = checks + 1 >= MAX_CHECKS;
      await db
        .updateTable('KeptClaim')
        .set({ checks: checks + 1, nextCheckAt: isLast ? null : msFromNow(FIRST_WAIT_MS * 2 ** checks) })
        .where('intent', '=', intent)
        .where('txHash', '=', txHash)
        .execute();
    }
    return due.map(({ intent, txHash }) => ({ intentId: intent, txHash }));
  });

/** The result is certain. */
export const finishKeptClaim = async (em: Em, { intentId, txHash }: KeptClaimRow): Promise<void> => {
  await kyselyOf(em)
    .updateTable('KeptClaim')
    .set({ nextCheckAt: null })
    .where('intent', '=', intentId)
    .where('txHash', '=', txHash)
    .execute();
};
