// The only function that writes an intent's status (docs/architecture.md section 4). One transaction locks the row, checks the
// transition table, and writes the status with all that follows from it: timeline, reviews, notices and e-mails; of a payment also bookings,
// settlements and the webhook event (record-payment.ts).
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { IntentMissingError, TransitionError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { centsOf, formatUnits, unitsOf } from '#domain/money.ts';
import { eventOfReview, eventOfStatus } from '#domain/order-events.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { canPageTransition, canTransition, IntentStatus, type PaymentMethod, statusName } from '#domain/status.ts';
import { type NewStoreEmail, queueStoreEmailsBy, type Writer } from '../delivery/queue-emails.ts';
import type { TimelineKind } from '../entities/intent.entity.ts';
import { type NewNotice, recordNotices } from '../events/record-events.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql } from '../pool.ts';
import { tellShopper } from '../reviews/tell-shopper.ts';
import { type PayableIntent, recordPayment } from './record-payment.ts';

/** Postgres channel for the ids of changed intents. Checkout pages read the intent again on each message. */
export const INTENT_CHANGED_CHANNEL = 'intent_changed';

export interface IntentChange {
  intentId: IntentId;
  /** Pages may only move CREATED → PAYING → TEMP_WALLET_RECEIVED. */
  actor: 'page' | 'workflow' | 'operator';
  /** The status that the change was decided on. Nothing is written when it is another one now. */
  decidedOn?: IntentStatus;
  /** The new status. Nothing is written when the intent has it already. */
  to?: IntentStatus;
  extendTo?: Date;
  reviews?: { kind: ReviewKind; transferId: string }[];
  /** The transfers that pay the intent; required when `to` is CONFIRMED. Later: transfers that were mined again. */
  paymentTransferIds?: string[];
  paymentMethodType?: PaymentMethod;
  /** Facts for the timeline event of the status; JSON-safe. */
  data?: Record<string, unknown>;
}

export interface IntentChanged {
  from: IntentStatus;
  to: IntentStatus;
  changed: boolean;
}

interface LockedIntent extends PayableIntent {
  status: IntentStatus;
  isExtended: boolean;
  paymentMethodType: PaymentMethod;
}

/** A new timeline event, with the names of its columns. */
interface Note {
  kind: TimelineKind;
  data: Record<string, unknown>;
  status_from: IntentStatus | null;
  status_to: IntentStatus | null;
}

/**
 * Applies a change. Safe to run twice. Throws TransitionError when the transition table or the actor does not allow the move, or the
 * status is not the one that it was decided on.
 * Joins the caller's transaction if there is one. Does not refresh an entity that the caller has loaded.
 */
export const changeIntent = (em: Em, change: IntentChange): Promise<IntentChanged> =>
  inTransaction(em, async (sql) => {
    const intent = await lockIntent(sql, change.intentId);
    const from = intent.status;
    const { decidedOn = from } = change;
    if (decidedOn !== from) {
      throw new TransitionError(
        `Intent ${intent.id}: it is ${statusName(from)}, and no longer ${statusName(decidedOn)}`,
      );
    }
    const to = change.to ?? from;
    const moves = to !== from;
    const isAllowed =
      (change.actor === 'page' ? canPageTransition(from, to) : canTransition(from, to)) &&
      (from !== IntentStatus.SEND_BACK || (to === IntentStatus.CONFIRMED) === intent.isConfirmed);
    if (moves && !isAllowed) {
      throw new TransitionError(
        `Intent ${intent.id}: ${change.actor} may not move ${statusName(from)} to ${statusName(to)}`,
      );
    }
    const now = new Date();
    const by = change.actor === 'workflow' ? 'workflow' : 'other';
    const notes: Note[] = [];
    const events: NewNotice[] = [];
    const note = (kind: TimelineKind, data: Record<string, unknown>): void => {
      notes.push({ kind, data, status_from: null, status_to: null });
    };

    const opened: string[] = [];
    for (const { kind, transferId } of change.reviews ?? []) {
      const found = await openReview(sql, intent, { kind, transferId, now, by });
      if (!found) continue;
      note('review_opened', { kind, ...found.facts });
      opened.push(found.reviewId);
      events.push({ intentId: intent.id, eventType: eventOfReview(kind), transferId, review: kind });
    }
    if (opened.length > 0) await tellShopper(sql, { intentId: intent.id, reviewIds: opened, outcome: null }, by);

    const extendTo = intent.isExtended ? null : (change.extendTo ?? null);
    if (extendTo) note('clock_extended', { from: intent.expiresAt.toISOString(), to: extendTo.toISOString() });

    const { paymentMethodType } = change;
    const hasNewMethod =
      paymentMethodType !== undefined && paymentMethodType !== intent.paymentMethodType && !intent.isConfirmed;
    const method = hasNewMethod ? paymentMethodType : null;

    const paid = change.paymentTransferIds ?? [];
    if (paid.length > 0) await recordPayment(sql, intent, paid, now, by);

    if (moves) notes.push({ kind: 'status', data: change.data ?? {}, status_from: from, status_to: to });

    if (notes.length > 0 || method !== null || paid.length > 0) {
      await sql.query({
        name: 'intent-change',
        text: CHANGE,
        values: [intent.id, to, extendTo, method, now, JSON.stringify(notes), INTENT_CHANGED_CHANNEL],
      });
    }
    const ofStatus = moves && from !== IntentStatus.SEND_BACK ? eventOfStatus(to) : null;
    if (ofStatus) events.push({ intentId: intent.id, eventType: ofStatus, transferId: null, review: null });
    await recordNotices(sql, events, by);
    return { from, to, changed: moves };
  });

const LOCK = `
  select id, store_id as "storeId", status, expires_at as "expiresAt", extended_at is not null as "isExtended",
    confirmed_at is not null as "isConfirmed", payment_method_type as "paymentMethodType", amount_cents::text as "amountCents",
    currency, amount_units::text as "amountUnits", fee_rate_e9::text as "feeRateE9", order_id as "orderId", user_id as "userId",
    user_name as "userName", extra as "extraJson", tolerance_bps as "toleranceBps",
    accepted_stable_coins as "acceptedCoins", accepted_chain_ids as "acceptedChainIds"
  from checkout_intent where id = $1 for update`;

/** Writes status, clock and payment method, adds the timeline events in order, and notifies the pages. */
const CHANGE = `
  with changed as (
    update checkout_intent set status = $2, expires_at = coalesce($3, expires_at),
      extended_at = case when $3::timestamptz is null then extended_at else $5 end,
      payment_method_type = coalesce($4, payment_method_type), updated_at = now()
    where id = $1),
  noted as (
    insert into timeline_event (intent_id, kind, status_from, status_to, data, created_at)
    select $1, n.kind, n.status_from, n.status_to, n.data, $5
    from rows from (jsonb_to_recordset($6::jsonb) as (kind text, status_from smallint, status_to smallint, data jsonb))
      with ordinality as n(kind, status_from, status_to, data, ordinal)
    order by n.ordinal)
  select pg_notify($7, $1)`;

type Raw<Row, Member extends keyof Row> = Omit<Row, Member> & Record<Member, string>;

const lockIntent = async (sql: Sql, intentId: IntentId): Promise<LockedIntent> => {
  const { rows } = await sql.query<Raw<LockedIntent, 'expiresAt' | 'amountCents' | 'amountUnits' | 'feeRateE9'>>({
    name: 'intent-lock',
    text: LOCK,
    values: [intentId],
  });
  const row = rows[0];
  if (!row) throw new IntentMissingError(intentId);
  return {
    ...row,
    expiresAt: new Date(row.expiresAt),
    amountCents: centsOf(row.amountCents),
    amountUnits: unitsOf(row.amountUnits),
    feeRateE9: BigInt(row.feeRateE9),
  };
};

interface ReviewedTransfer {
  chainId: number;
  token: Address;
  coin: CoinId;
  amountUnits: string;
  txHash: Hex;
  sender: string;
  blockTime: string;
  isKnown: boolean;
}

/** Opens a review of a transfer, once for each kind. @returns its id and facts, or null when it exists already */
const openReview = async (
  sql: Sql,
  { id: intentId, storeId }: LockedIntent,
  { kind, transferId, now, by }: { kind: ReviewKind; transferId: string; now: Date; by: Writer },
): Promise<{ reviewId: string; facts: Record<string, unknown> } | null> => {
  const { rows } = await sql.query<ReviewedTransfer>({
    name: 'review-read',
    text: `select t.chain_id as "chainId", t.token, t.coin, t.amount_units::text as "amountUnits", t.tx_hash as "txHash",
        t.from_address as sender, t.block_time as "blockTime",
        exists (select from review_item r where r.intent_id = $1 and r.kind = $3 and r.transfer_id = t.id) as "isKnown"
      from token_transfer t where t.intent_id = $1 and t.id = $2`,
    values: [intentId, transferId, kind],
  });
  const transfer = rows[0];
  if (!transfer) throw new Error(`Intent ${intentId} has no transfer ${transferId}`);
  if (transfer.isKnown) return null;
  const facts = {
    chain_id: transfer.chainId,
    token: transfer.token,
    coin: transfer.coin,
    amount: formatUnits(unitsOf(transfer.amountUnits)),
    tx_hash: transfer.txHash,
    from: transfer.sender,
    block_time: new Date(transfer.blockTime).toISOString(),
  };
  const { rows: opened } = await sql.query<{ reviewId: string }>({
    name: 'review-open',
    text: `insert into review_item (intent_id, transfer_id, kind, state, found, created_at) values ($1, $2, $3, 'open', $4, $5)
      returning id::text as "reviewId"`,
    values: [intentId, transferId, kind, JSON.stringify(facts), now],
  });
  const { chainId, token, coin, txHash, sender: from } = transfer;
  const email: NewStoreEmail<'order_attention'> = {
    kind: 'order_attention',
    subjectId: `${intentId}:${kind}:${transferId}`,
    storeId,
    intentId,
    data: { review: kind, amount: facts.amount, coin, token, chainId, txHash, from, blockTime: facts.block_time },
  };
  await queueStoreEmailsBy(sql, 'attention', email, by);
  const [row] = opened;
  if (!row) throw new Error(`Intent ${intentId}: no review was opened`);
  return { reviewId: row.reviewId, facts };
};
