// Settlements until their block is final. A reorganisation deeper than the confirmations can remove one, or bring it again with other
// figures: then it is owed again, or says what the chain says now (decision 0083).
import { sql } from 'kysely';
import type { Address, Hex } from '#domain/address.ts';
import type { EventBlock } from '#domain/chain-events.ts';
import type { ContractId, IntentId } from '#domain/ids.ts';
import { type BaseUnits, ZERO } from '#domain/money.ts';
import type { PaymentByOthers } from '#domain/settlements.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { inTransaction } from '../pool.ts';
import { notify, now } from '../sql.ts';
import {
  type AccountName,
  balanceAccount,
  dropUnowed,
  lockAccount,
  oweUnpaid,
  refreshShort,
  settlementAccounts,
} from './settlement-account.ts';
import { noteSettled, placeOf, recordFurther } from './settlement-results.ts';

export interface WatchedSettlement {
  id: string;
  intentId: IntentId;
  contractId: ContractId;
  token: Address;
  factory: Address;
  depositAddress: Address;
  /** Of the account's first transfer: no payout is older. */
  firstBlock: bigint;
  /** Null on settlements that an older release recorded, and when another one was proven to have this place. */
  block: EventBlock | null;
  txHash: Hex | null;
  isFinal: boolean;
}

const watched = (em: Em, chainId: number) =>
  settlementAccounts(em.fork())
    .select(['s.blockNumber', 's.blockHash', 's.txHash', 's.finalAt'])
    .where('s.chainId', '=', chainId)
    .where('s.state', '=', 'settled')
    .orderBy('s.id');

type WatchedRow = Awaited<ReturnType<ReturnType<typeof watched>['execute']>>[number];

const asWatched = ({ id, firstBlock, blockNumber, blockHash, finalAt, ...row }: WatchedRow): WatchedSettlement => ({
  ...row,
  isFinal: finalAt !== null,
  id: String(id),
  firstBlock: BigInt(firstBlock ?? 0),
  block: blockNumber === null || blockHash === null ? null : { number: blockNumber, hash: blockHash },
});

/** Settled, and not final. */
export const listUnfinalSettlements = async (em: Em, chainId: number, limit: number): Promise<WatchedSettlement[]> =>
  (await watched(em, chainId).where('s.finalAt', 'is', null).limit(limit).execute()).map(asWatched);

/** Those before which somebody else must have paid something out that the ledger does not have. */
export const listShortSettlements = async (em: Em, chainId: number, limit: number): Promise<WatchedSettlement[]> => {
  const found = await watched(em, chainId)
    .where((eb) => eb.and([eb.ref('s.isShort')]))
    .limit(limit)
    .execute();
  if (found.length === 0) return [];
  const short = await refreshShort(
    em.fork(),
    found.map(({ id }) => String(id)),
  );
  return found.map(asWatched).filter(({ id }) => short.has(id));
};

/** @returns how many of them it changed */
export const markSettlementsFinal = (em: Em, settlements: readonly WatchedSettlement[]): Promise<number> =>
  inTransaction(em.fork(), async (transaction) => {
    const { rows } = await transaction.query({
      name: 'settlement-final',
      text: `update settlement s set final_at = now() from unnest($1::bigint[], $2::text[]) as seen(id, hash)
        where s.id = seen.id and s.block_hash = seen.hash and s.state = 'settled' and s.final_at is null returning s.id`,
      values: [settlements.map(({ id }) => id), settlements.map(({ block }) => block?.hash ?? null)],
    });
    return rows.length;
  });

/** The settlement, when it is settled and not final. Its account is locked. */
const lockUnfinal = async (em: Em, id: string) => {
  const account = await lockAccount(em, id);
  if (!account) return null;
  const row = await kyselyOf(em)
    .selectFrom('Settlement')
    .select(['netBaseUnits', 'feeBaseUnits', 'txHash', 'blockNumber', 'blockHash', 'removals'])
    .where('id', '=', BigInt(id))
    .where('state', '=', 'settled')
    .where('finalAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return row ? { account, row } : null;
};

const figuresOf = (row: { netBaseUnits: BaseUnits | null; feeBaseUnits: BaseUnits | null }) => ({
  netBaseUnits: row.netBaseUnits ?? ZERO,
  feeBaseUnits: row.feeBaseUnits ?? ZERO,
});

/** Its event is in another block, maybe of another transaction and with other figures. @returns whether it changed the row */
export const recordSettlementMoved = (em: Em, id: string, { paid, by }: PaymentByOthers): Promise<boolean> =>
  em.fork().transactional(async (transaction) => {
    const locked = await lockUnfinal(transaction, id);
    if (!locked) return false;
    const { account, row } = locked;
    const db = kyselyOf(transaction);
    // In a block of other transactions every event has another index. The owner of this one is searched for too.
    await db
      .updateTable('Settlement')
      .set({ logIndex: null, blockNumber: null, blockHash: null })
      .where('chainId', '=', account.chainId)
      .where('txHash', '=', paid.txHash)
      .where('logIndex', '=', paid.logIndex)
      .where('id', '<>', BigInt(id))
      .where('finalAt', 'is', null)
      .execute();
    await db.updateTable('Settlement').set(placeOf(paid)).where('id', '=', BigInt(id)).execute();
    const was = figuresOf(row);
    const isSame = was.netBaseUnits === paid.netBaseUnits && was.feeBaseUnits === paid.feeBaseUnits;
    if (!isSame || row.txHash !== paid.txHash) {
      await noteSettled(transaction, account, { paid: { ...row, ...was } }, 'settlement_removed');
      await noteSettled(transaction, account, { paid, by });
    }
    await balanceAccount(transaction, id, account);
    await notify(transaction, INTENT_CHANGED_CHANNEL, account.intentId);
    return true;
  });

/** No block has it: its money is owed again, by the settlement that is open already where there is one. @param seen as in the list */
export const recordSettlementRemoved = (em: Em, id: string, seen: EventBlock | null): Promise<boolean> =>
  em.fork().transactional(async (transaction) => {
    const locked = await lockUnfinal(transaction, id);
    if (!locked || locked.row.blockHash !== (seen?.hash ?? null)) return false;
    const { account, row } = locked;
    await noteSettled(transaction, account, { paid: { ...row, ...figuresOf(row) } }, 'settlement_removed');
    await payAgain(transaction, id, account, row.removals + 1);
    await dropUnowed(transaction, [account.intentId]);
    await inTransaction(transaction, (statements) => oweUnpaid(statements, account));
    await notify(transaction, INTENT_CHANGED_CHANNEL, account.intentId);
    return true;
  });

const payAgain = async (em: Em, id: string, account: AccountName, removals: number): Promise<void> => {
  const db = kyselyOf(em);
  const open = await db
    .selectFrom('Settlement')
    .select('id')
    .where('intent', '=', account.intentId)
    .where('chainId', '=', account.chainId)
    .where('token', '=', account.token)
    .where('state', 'in', ['pending', 'sending'])
    .forUpdate()
    .executeTakeFirst();
  const removed = { removedAt: sql<Date>`clock_timestamp()` };
  if (open) {
    await db.deleteFrom('Settlement').where('id', '=', BigInt(id)).execute();
    await db
      .updateTable('Settlement')
      .set((eb) => ({ ...removed, removals: eb('removals', '+', removals) }))
      .where('id', '=', open.id)
      .execute();
    return;
  }
  await db
    .updateTable('Settlement')
    .set({
      ...{ ...removed, removals, state: 'pending', relayer: null, relayerNonce: null, attempts: 0, availableAt: now },
      ...{ netBaseUnits: null, feeBaseUnits: null, txHash: null, logIndex: null, settledAt: null, lastError: null },
      ...{ blockNumber: null, blockHash: null, isShort: false },
    })
    .where('id', '=', BigInt(id))
    .execute();
};

/**
 * Payouts that the ledger did not have: each is a settlement of its own. Without one before a settlement that is final there is none to
 * search for any more. @returns whether it changed anything
 */
export const recordPaidBefore = (
  em: Em,
  { id, isFinal }: WatchedSettlement,
  payments: readonly PaymentByOthers[],
): Promise<boolean> =>
  em.fork().transactional(async (transaction) => {
    const account = await lockAccount(transaction, id);
    if (!account || (payments.length === 0 && !isFinal)) return false;
    await recordFurther(transaction, account, payments);
    if (payments.length > 0) await balanceAccount(transaction, id, account);
    else
      await kyselyOf(transaction)
        .updateTable('Settlement')
        .set({ isShort: false })
        .where('id', '=', BigInt(id))
        .execute();
    await notify(transaction, INTENT_CHANGED_CHANNEL, account.intentId);
    return true;
  });
