// Signed orders to send money back, as their follower reads them and writes what the chain said of them.
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { type BaseUnits, baseUnitsOf, formatUnits, type Units, unitsOf } from '#domain/money.ts';
import type { ExpectedRefund, RefundSource } from '#domain/refunds.ts';
import type { RefundState } from '../entities/chain.entity.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { resolveReview } from '../reviews/review-decisions.ts';

export interface OpenRefund extends ExpectedRefund {
  id: string;
}

export const listOpenRefunds = async (em: Em, chainId: number, limit: number): Promise<OpenRefund[]> => {
  const rows = await em.fork().execute<
    {
      id: string;
      intent_id: IntentId;
      source: RefundSource;
      factory: Address;
      receiver: Address;
      token: Address;
      to_address: Address;
      amount_base_units: string;
      order_digest: Hex | null;
      from_block: string;
      deadline: string | Date;
      tx_hash: Hex | null;
    }[]
  >(
    `select b.id::text, b.intent_id, b.source, i.factory, i.receiver, b.token, b.to_address, b.amount_base_units::text,
       b.order_digest, b.from_block::text, b.deadline, b.tx_hash
     from send_back b join checkout_intent i on i.id = b.intent_id
     where b.chain_id = ? and b.state in ('signed', 'sent') order by b.id limit ?`,
    [chainId, limit],
  );
  return rows.map((row) => ({
    id: row.id,
    intentId: row.intent_id,
    source: row.source,
    factory: row.factory,
    receiver: row.receiver,
    token: row.token,
    toAddress: row.to_address,
    amountBaseUnits: baseUnitsOf(row.amount_base_units),
    orderDigest: row.order_digest,
    fromBlock: BigInt(row.from_block),
    deadline: new Date(row.deadline),
    txHash: row.tx_hash,
  }));
};

/** Transactions of a chain that a send-back of this payer counts as its own: two equal transfers must be two transactions. */
export const takenRefundHashes = async (em: Em, chainId: number, toAddress: Address): Promise<Set<string>> => {
  const rows = await em
    .fork()
    .execute<{ tx_hash: string }[]>(
      `select tx_hash from send_back where chain_id = ? and to_address = ? and state = 'confirmed'`,
      [chainId, toAddress],
    );
  return new Set(rows.map(({ tx_hash: hash }) => hash));
};

export type RefundUpdate =
  | { kind: 'mined'; txHash: Hex }
  | { kind: 'confirmed'; txHash: Hex; feeBaseUnits: BaseUnits }
  | { kind: 'failed'; reason: string };

/**
 * Writes what the chain said. Confirmed: the timeline's `sent_back`, and the review of that money resolved as sent back, in one
 * transaction, once. @returns whether this call changed the row
 */
export const applyRefundUpdate = (entityManager: Em, id: string, changes: RefundUpdate): Promise<boolean> =>
  entityManager.fork().transactional(async (transaction) => {
    const em = transaction as Em;
    const [subject] = await em.execute<{ intent_id: IntentId; store_id: string; merchant_id: string }[]>(
      `select i.id as intent_id, i.store_id, s.merchant_id from send_back b join checkout_intent i on i.id = b.intent_id
       join store s on s.id = i.store_id where b.id = ? for update of i`,
      [id],
    );
    const [row] = await em.execute<
      {
        state: RefundState;
        source: RefundSource;
        chain_id: number;
        coin: CoinId;
        to_address: Address;
        amount_base_units: string;
        amount_units: string;
        tx_hash: Hex | null;
        requested_by: string;
        review_item_id: string | null;
        review_state: string | null;
        reason: string | null;
      }[]
    >(
      `select b.state, b.source, b.chain_id, b.coin, b.to_address, b.amount_base_units::text, b.amount_units::text, b.tx_hash,
         b.requested_by, b.review_item_id::text,
         (select r.state from review_item r where r.id = b.review_item_id) as review_state,
         (select a.reason from audit_entry a where a.subject_kind = 'intent' and a.subject_id = b.intent_id
            and a.action = 'send_back.order' and a.data ->> 'sendBackId' = b.id::text order by a.id desc limit 1) as reason
       from send_back b where b.id = ? for update`,
      [id],
    );
    if (!subject || !row || !['signed', 'sent'].includes(row.state)) return false;
    if (changes.kind === 'mined') {
      if (row.state === 'sent' && row.tx_hash === changes.txHash) return false;
      await em.execute(`update send_back set state = 'sent', tx_hash = ? where id = ?`, [changes.txHash, id]);
      return true;
    }
    if (changes.kind === 'failed') {
      await em.execute(`update send_back set state = 'failed', last_error = ? where id = ?`, [changes.reason, id]);
      return true;
    }
    const perBase = BigInt(row.amount_units) / BigInt(row.amount_base_units);
    await em.execute(
      `update send_back set state = 'confirmed', tx_hash = ?, fee_base_units = ?, confirmed_at = clock_timestamp(), last_error = null where id = ?`,
      [changes.txHash, String(changes.feeBaseUnits), id],
    );
    const units = (amount: bigint): Units => unitsOf(amount * perBase);
    const facts = {
      send_back_id: id,
      source: row.source,
      chain_id: row.chain_id,
      coin: row.coin,
      to: row.to_address,
      amount: formatUnits(units(BigInt(row.amount_base_units) - changes.feeBaseUnits)),
      fee: formatUnits(units(changes.feeBaseUnits)),
      tx_hash: changes.txHash,
      by: row.requested_by,
    };
    await em.execute(`insert into timeline_event (intent_id, kind, data) values (?, 'sent_back', ?::jsonb)`, [
      subject.intent_id,
      JSON.stringify(facts),
    ]);
    const system: Actor = { kind: 'system', id: 'send-back', email: row.requested_by };
    if (row.review_item_id !== null && row.review_state === 'open') {
      await resolveReview(em, {
        reviewItemId: row.review_item_id,
        outcome: 'sent_back',
        reason: row.reason ?? 'Sent back to the payer.',
        actor: system,
      });
    }
    await writeAudit(em, {
      actor: system,
      action: 'send_back.confirm',
      subjectKind: 'intent',
      subjectId: subject.intent_id,
      merchantId: subject.merchant_id,
      storeId: subject.store_id,
      data: facts,
    });
    await em.execute('select pg_notify(?, ?)', [INTENT_CHANGED_CHANNEL, subject.intent_id]);
    return true;
  });
