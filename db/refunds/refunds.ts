// Money that goes back to its payer, until its order is signed and sent (then: refund-outcomes.ts). The row is written before anything is sent, so
// a browser that closes loses nothing; a unique index and the lock on the intent keep the same money from going back twice.
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { type BaseUnits, baseUnitsOf, type Units, unitsOf } from '#domain/money.ts';
import type { RefundSource } from '#domain/refunds.ts';
import type { RefundState } from '../entities/chain.entity.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';

/** Money of an intent that could go back: a transfer that waits for a decision, or what was paid beyond the price. */
export interface ReturnableMoney {
  intentId: IntentId;
  storeId: string;
  merchantId: string;
  factory: Address;
  receiver: Address;
  feeReceiver: Address;
  feeRateE9: bigint;
  depositAddress: Address;
  /** Null for the surplus. */
  reviewItemId: string | null;
  transferId: string | null;
  chainId: number;
  token: Address;
  coin: CoinId;
  /** Base units of the token. */
  amountBaseUnits: BaseUnits;
  amountUnits: Units;
  /** Screening refuses the payer: the platform decides, not the merchant. */
  payerRefused: boolean;
  /** Who sent it. */
  payer: Address;
  /** The open or finished send-back of this very money, if any. */
  existing: RefundView | null;
}

export interface RefundView {
  id: string;
  state: RefundState;
  source: RefundSource;
  chainId: number;
  token: Address;
  coin: CoinId;
  toAddress: Address;
  amountBaseUnits: BaseUnits;
  amountUnits: Units;
  feeBaseUnits: BaseUnits;
  callData: Hex;
  txHash: Hex | null;
  deadline: Date;
  requestedBy: string;
  createdAt: Date;
  confirmedAt: Date | null;
  lastError: string | null;
}

interface MoneyRow {
  intent_id: IntentId;
  store_id: string;
  merchant_id: string;
  factory: Address;
  receiver: Address;
  fee_receiver: Address;
  fee_rate_e9: string;
  deposit_address: Address;
  review_item_id: string | null;
  transfer_id: string | null;
  chain_id: number;
  token: Address;
  coin: CoinId;
  amount_base_units: string;
  amount_units: string;
  payer: Address;
  payer_refused: boolean;
}

const INTENT_COLUMNS = `i.id as intent_id, i.store_id, s.merchant_id, i.factory, i.receiver, i.fee_receiver, i.fee_rate_e9::text,
  i.deposit_address`;

/** The transfer behind an open review of this store, or null. Orphaned and unconfirmed transfers cannot go back. */
export const findReviewMoney = async (
  em: Em,
  storeId: string,
  reviewItemId: string,
): Promise<ReturnableMoney | null> => {
  if (!/^\d{1,18}$/.test(reviewItemId)) return null;
  const [row] = await em.execute<MoneyRow[]>(
    `select ${INTENT_COLUMNS}, r.id::text as review_item_id, t.id::text as transfer_id, t.chain_id, t.token, t.coin,
       t.amount_base_units::text, t.amount_units::text, t.from_address as payer, r.kind = 'screening' as payer_refused
     from review_item r join checkout_intent i on i.id = r.intent_id join store s on s.id = i.store_id
     join token_transfer t on t.id = r.transfer_id
     where r.id = ? and i.store_id = ? and t.state = 'confirmed' and not t.in_payment and r.kind <> 'reorg_after_confirmed'`,
    [reviewItemId, storeId],
  );
  return row ? await withExisting(em, row) : null;
};

/** What was paid beyond the price of a confirmed intent of this store, or null. Whole base units, rounded down. */
export const findSurplusMoney = async (
  em: Em,
  storeId: string,
  intentId: IntentId,
): Promise<ReturnableMoney | null> => {
  const [row] = await em.execute<MoneyRow[]>(
    `select ${INTENT_COLUMNS}, null as review_item_id, null as transfer_id, i.paid_chain_id as chain_id, i.paid_token as token,
       i.paid_coin as coin, p.base::text as amount_base_units, (p.base * p.scale)::text as amount_units, i.tx_from as payer, false as payer_refused
     from checkout_intent i join store s on s.id = i.store_id
     cross join lateral (
       select div(i.surplus_units, div(t.amount_units, t.amount_base_units)) as base, div(t.amount_units, t.amount_base_units) as scale
       from token_transfer t where t.intent_id = i.id and t.chain_id = i.paid_chain_id and t.token = i.paid_token and t.in_payment
       limit 1) p
     where i.id = ? and i.store_id = ? and i.confirmed_at is not null and i.surplus_units > 0 and p.base > 0`,
    [intentId, storeId],
  );
  return row ? await withExisting(em, row) : null;
};

/** The reviews of an order of this store whose money is there to go back, or went back; null when the store has no such order. */
export const listReturnableReviews = async (
  em: Em,
  storeId: string,
  intentId: IntentId,
): Promise<{ orderId: string | null; reviewIds: string[] } | null> => {
  const [row] = await em.execute<{ orderId: string | null; reviewIds: string[] }[]>(
    `select i.order_id as "orderId", coalesce((select json_agg(r.id::text order by r.id) from review_item r
         where r.intent_id = i.id and (r.state = 'open' or r.outcome = 'sent_back'
           or exists (select from send_back b where b.review_item_id = r.id and b.state <> 'failed'))), '[]') as "reviewIds"
     from checkout_intent i where i.id = ? and i.store_id = ?`,
    [intentId, storeId],
  );
  return row ?? null;
};

const withExisting = async (em: Em, row: MoneyRow): Promise<ReturnableMoney> => ({
  intentId: row.intent_id,
  storeId: row.store_id,
  merchantId: row.merchant_id,
  factory: row.factory,
  receiver: row.receiver,
  feeReceiver: row.fee_receiver,
  feeRateE9: BigInt(row.fee_rate_e9),
  depositAddress: row.deposit_address,
  reviewItemId: row.review_item_id,
  transferId: row.transfer_id,
  chainId: row.chain_id,
  token: row.token,
  coin: row.coin,
  amountBaseUnits: baseUnitsOf(row.amount_base_units),
  amountUnits: unitsOf(row.amount_units),
  payer: row.payer,
  payerRefused: row.payer_refused,
  existing:
    (
      await readRefunds(
        em,
        `intent_id = ? and chain_id = ? and token = ? and coalesce(transfer_id, 0) = ? and state <> 'failed'`,
        [row.intent_id, row.chain_id, row.token, row.transfer_id ?? '0'],
      )
    )[0] ?? null,
});

interface RefundRow {
  id: string;
  state: RefundState;
  source: RefundSource;
  chain_id: number;
  token: Address;
  coin: CoinId;
  to_address: Address;
  amount_base_units: string;
  amount_units: string;
  fee_base_units: string;
  call_data: Hex;
  tx_hash: Hex | null;
  deadline: string | Date;
  requested_by: string;
  created_at: string | Date;
  confirmed_at: string | Date | null;
  last_error: string | null;
}

const readRefunds = async (
  em: Em,
  where: string,
  values: readonly string[] | readonly unknown[],
): Promise<RefundView[]> => {
  const rows = await em.execute<RefundRow[]>(
    `select id::text, state, source, chain_id, token, coin, to_address, amount_base_units::text, amount_units::text,
       fee_base_units::text, call_data, tx_hash, deadline, requested_by, created_at, confirmed_at, last_error
     from send_back where ${where} order by send_back.id`,
    [...values] as never,
  );
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    source: row.source,
    chainId: row.chain_id,
    token: row.token,
    coin: row.coin,
    toAddress: row.to_address,
    amountBaseUnits: baseUnitsOf(row.amount_base_units),
    amountUnits: unitsOf(row.amount_units),
    feeBaseUnits: baseUnitsOf(row.fee_base_units),
    callData: row.call_data,
    txHash: row.tx_hash,
    deadline: new Date(row.deadline),
    requestedBy: row.requested_by,
    createdAt: new Date(row.created_at),
    confirmedAt: row.confirmed_at === null ? null : new Date(row.confirmed_at),
    lastError: row.last_error,
  }));
};

/** Every send-back of an intent, the oldest first, failed ones included. */
export const listRefunds = (em: Em, intentId: IntentId): Promise<RefundView[]> =>
  readRefunds(em, 'intent_id = ?', [intentId]);

export interface NewRefund {
  money: ReturnableMoney;
  source: RefundSource;
  /** Null for a transfer from the wallet. */
  orderDigest: Hex | null;
  callData: Hex;
  feeBaseUnits: BaseUnits;
  fromBlock: bigint;
  deadline: Date;
  actor: Actor;
  /** Why, 1 to 1,000 characters. */
  reason: string;
}

/**
 * Records an order before anything is sent. Throws UserError: `already_sent_back` (this money has an order that is open or done),
 * `review_resolved` (somebody decided otherwise meanwhile), `reason_missing`.
 */
export const recordRefund = (entityManager: Em, order: NewRefund): Promise<{ id: string }> =>
  entityManager.fork().transactional(async (transaction) => {
    const em = transaction as Em;
    const { money, actor } = order;
    const reason = order.reason.trim();
    if (reason === '' || reason.length > 1_000)
      throw new UserError('reason_missing', 'reason: say why in 1 to 1,000 characters.');
    await em.execute('select 1 from checkout_intent where id = ? for update', [money.intentId]);
    if (money.reviewItemId !== null) {
      const [review] = await em.execute<{ state: string }[]>('select state from review_item where id = ?', [
        money.reviewItemId,
      ]);
      if (review?.state !== 'open')
        throw new UserError('review_resolved', 'This was decided meanwhile: load the page again.');
    }
    const inserted = await em.execute<{ id: string }[]>(
      `insert into send_back (intent_id, review_item_id, transfer_id, source, chain_id, token, coin, to_address, amount_base_units,
         amount_units, fee_base_units, order_digest, call_data, from_block, deadline, state, requested_by)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'signed', ?)
       on conflict do nothing returning id::text`,
      [
        ...[money.intentId, money.reviewItemId, money.transferId, order.source, money.chainId, money.token, money.coin],
        ...[money.payer, String(money.amountBaseUnits), String(money.amountUnits), String(order.feeBaseUnits)],
        ...[order.orderDigest, order.callData, String(order.fromBlock), order.deadline],
        actor.email ?? actor.id,
      ] as never,
    );
    const id = inserted[0]?.id;
    if (!id) {
      throw new UserError(
        'already_sent_back',
        'This money has gone back already, or is on its way: load the page again.',
      );
    }
    await writeAudit(em, {
      actor,
      action: 'send_back.order',
      subjectKind: 'intent',
      subjectId: money.intentId,
      merchantId: money.merchantId,
      storeId: money.storeId,
      reason,
      data: {
        sendBackId: id,
        source: order.source,
        chainId: money.chainId,
        token: money.token,
        to: money.payer,
        amountBaseUnits: String(money.amountBaseUnits),
        feeBaseUnits: String(order.feeBaseUnits),
      },
    });
    return { id };
  });

/** The wallet's transaction for an order that nothing was known to be sent for. Safe to run twice; a later hash (speed-up) wins. */
export const noteRefundSent = async (em: Em, storeId: string, id: string, txHash: Hex): Promise<void> => {
  if (!/^\d{1,18}$/.test(id)) throw new UserError('send_back_not_found', 'There is no such order.');
  const found = await em.fork().execute<unknown[]>(
    `update send_back b set state = case when b.state = 'signed' then 'sent' else b.state end,
       tx_hash = case when b.state in ('signed', 'sent') then ? else b.tx_hash end
     from checkout_intent i where b.id = ? and i.id = b.intent_id and i.store_id = ? returning b.id`,
    [txHash.toLowerCase(), id, storeId],
  );
  if (found.length === 0) throw new UserError('send_back_not_found', 'There is no such order.');
};
