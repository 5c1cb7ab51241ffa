// Writes the results of a confirmed payment in the transaction that confirms it: the paid facts, the webhook event with its
// exact bytes, the settlements, the e-mails, and the dispatch rows that start their delivery.
import type { Address, Hex } from '#domain/address.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import { PaymentRejectedError, TransitionError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { type MinedTransfer, pairMinedAgain } from '#domain/mined-again.ts';
import { type BaseUnits, baseUnitsOf, type Cents, subtract, sum, type Units, unitsOf, ZERO } from '#domain/money.ts';
import { faultOfPayment, type GuardedTerms, type GuardedTransfer } from '#domain/payment-guard.ts';
import { completingTransfer, partsOf } from '#domain/payment-parts.ts';
import { minimumUnits, type TransferState } from '#domain/payment-rules.ts';
import type { PaymentMethod } from '#domain/status.ts';
import { CONFIRMED_EVENT, type ConfirmedPayment, confirmedWebhookBody } from '#domain/webhook-body.ts';
import { isOwnWorkflow } from '../delivery/delivery-sql.ts';
import {
  EMAIL_COLUMNS,
  EMAIL_RETURNED,
  emailsQueued,
  NEW_EMAIL_ID,
  ORDER_RECIPIENTS,
  SHOPPER_LOCALE,
} from '../delivery/email-sql.ts';
import type { Writer } from '../delivery/queue-emails.ts';
import { webhookQueuedBy } from '../delivery/queue-webhooks.ts';
import { DISPATCH_CHANNEL } from '../dispatch/outbox.ts';
import { withEventIds } from '../events/event-ids.ts';
import type { Sql } from '../pool.ts';
import { oweUnpaid } from '../settlements/settlement-account.ts';
import { oweAccepted } from '../settlements/settlement-owed.ts';
import { statement } from '../sql.ts';
import { METHOD_OF_TRANSFER } from './announced-transactions.ts';
import { isUnwantedTokenSql } from './bridged-tokens.ts';
import { bookAccepted, bookedBy, partsJson } from './write-bookings.ts';

/** The parts of an intent's payment. The intent's row must be locked. */
export interface PayableIntent extends Omit<GuardedTerms, 'requiredUnits' | 'expiresAt'> {
  id: IntentId;
  storeId: string;
  /** Its payment was recorded before. */
  isConfirmed: boolean;
  expiresAt: Date;
  amountCents: Cents;
  currency: CurrencyId | null;
  amountUnits: Units;
  feeRateE9: bigint;
  orderId: string | null;
  userId: string | null;
  userName: string | null;
  extraJson: string | null;
}

/**
 * Makes the transfers the intent's payment, and books them (decision 0053). The first call also writes the summary, one webhook event
 * and one settlement for each (chain, token); a later call is for a payment that was mined again after a reorganisation, or a second
 * one that a person accepted.
 * Throws TransitionError when a reorganisation came between the verdict and this call, PaymentRejectedError when the transfers
 * cannot be a payment by any rule.
 */
export const recordPayment = async (
  sql: Sql,
  intent: PayableIntent,
  transferIds: readonly string[],
  now: Date,
  by: Writer,
): Promise<void> => {
  const transfers = await readTransfers(sql, intent.id, transferIds);
  if (transfers.length === 0 || transfers.length !== transferIds.length)
    throw new Error(`Intent ${intent.id}: payment transfers not found`);
  if (intent.isConfirmed) await addToPayment(sql, intent, transfers);
  else await recordFirst(sql, intent, transfers, now, by);
};

const recordFirst = async (
  sql: Sql,
  intent: PayableIntent,
  transfers: readonly PaymentTransfer[],
  now: Date,
  by: Writer,
): Promise<void> => {
  if (transfers.some(({ state }) => state !== 'confirmed')) throw vanished(intent.id);
  const terms = { ...intent, requiredUnits: intent.amountUnits, expiresAt: intent.expiresAt.getTime() };
  const fault = faultOfPayment(terms, transfers);
  if (fault) throw new PaymentRejectedError(`Intent ${intent.id}: ${fault}`);

  const completing = completingTransfer(transfers, minimumUnits(terms));
  if (!completing) throw new Error(`Intent ${intent.id}: a payment without transfers`);
  const parts = partsOf(transfers, { priceUnits: intent.amountUnits, feeRateE9: intent.feeRateE9 });
  const paid = sum(parts.map(({ grossUnits }) => grossUnits));
  const fee = sum(parts.map(({ feeUnits }) => feeUnits));
  const surplus = paid > intent.amountUnits ? subtract(paid, intent.amountUnits) : ZERO;
  const { method, ...payment } = completing;
  const told: ConfirmedPayment = {
    ...payment,
    intentId: intent.id,
    amountCents: intent.amountCents,
    currency: intent.currency,
    amountUnits: intent.amountUnits,
    paymentMethodType: method,
    orderId: intent.orderId,
    userId: intent.userId,
    userName: intent.userName,
    extraJson: intent.extraJson,
  };
  const event = withEventIds((eventId, transactionId) => confirmedWebhookBody(eventId, transactionId, told));
  await sql.query(
    RECORD({
      ...event,
      intentId: intent.id,
      transferIds: transfers.map(({ id }) => id),
      now,
      method,
      chainId: completing.chainId,
      coin: completing.coin,
      token: completing.token,
      txHash: completing.txHash,
      txFrom: completing.txFrom,
      txTo: completing.txTo,
      paid: paid.toString(),
      fee: fee.toString(),
      net: subtract(paid, fee).toString(),
      surplus: surplus.toString(),
      parts: partsJson(parts),
      storeId: intent.storeId,
      eventType: CONFIRMED_EVENT,
      wakes: by !== 'workflow',
      channel: DISPATCH_CHANNEL,
    }),
  );
};

/**
 * Adds transfers to a payment that was recorded. One that was mined again takes over the booking of the one that a reorganisation
 * removed; what a person accepted is booked now, as money of its own, and a settlement is owed for it.
 */
const addToPayment = async (sql: Sql, intent: PayableIntent, transfers: readonly PaymentTransfer[]): Promise<void> => {
  if (transfers.some(({ isAccepted, state }) => isAccepted && state !== 'confirmed')) throw vanished(intent.id);
  const added = transfers.filter(({ isBooked }) => !isBooked);
  const takeovers = pairMinedAgain(await readLost(sql, intent.id), added.map(minedOf));
  const accepted = added.filter(({ id, isAccepted }) => isAccepted && !takeovers.some(({ to }) => to === id));
  if (takeovers.length + accepted.length !== added.length) throw vanished(intent.id);
  if (takeovers.length > 0) {
    await sql.query(TAKE_OVER({ intentId: intent.id, takeovers: JSON.stringify(takeovers) }));
    // A settlement may have paid out the address without them, while no block had them.
    const back = transfers.filter(({ id }) => takeovers.some(({ to }) => to === id));
    const accounts = Map.groupBy(back, ({ chainId, token }) => `${chainId}:${token}`);
    for (const [first] of accounts.values()) if (first) await oweUnpaid(sql, { intentId: intent.id, ...first });
  }
  if (accepted.length > 0) await bookAccepted(sql, intent, accepted);
  if (transfers.some(({ isAccepted }) => isAccepted)) await oweAccepted(sql, intent.id);
};

const minedOf = ({ txFrom: sender, ...transfer }: PaymentTransfer): MinedTransfer => ({ ...transfer, sender });

const vanished = (intentId: IntentId): TransitionError =>
  new TransitionError(`Intent ${intentId}: a transfer of the payment is not confirmed any more`);

const WEBHOOK_QUEUED = webhookQueuedBy(
  {
    id: ':eventId',
    transactionId: ':transactionId',
    storeId: ':storeId',
    intentId: ':intentId',
    eventType: ':eventType',
    body: ':body',
    createdAt: ':now',
  },
  ':wakes',
);

/**
 * Due times and the moment of confirmation come from the database's clock. A worker's clock that is ahead would delay the work; one
 * that is behind would put the payment into a day whose report is finished, and no report would have it.
 */
const RECORD = statement(
  'payment-record',
  `
  with moment as materialized (select clock_timestamp() as at),
  ${bookedBy('payment', '(select at from moment)', ':method')},
  paid as (
    update checkout_intent set confirmed_at = (select at from moment), payment_method_type = :method, paid_chain_id = :chainId, paid_coin = :coin, paid_token = :token,
      tx_hash = :txHash, tx_from = :txFrom, tx_to = :txTo, actual_paid_units = :paid, service_fee_units = :fee, net_income_units = :net,
      surplus_units = :surplus
    where id = :intentId),
  owed as (
    insert into settlement (intent_id, chain_id, token, state, available_at, created_at)
    select :intentId, b.chain_id, b.token, 'pending', now(), :now from booked b
    -- Money that was refunded from the wallet before can have an open one, which pays out the whole balance.
    on conflict (intent_id, chain_id, token) where state in ('pending', 'sending') do nothing),
  ${WEBHOOK_QUEUED},
  message as (
    insert into email_message (${EMAIL_COLUMNS})
    select ${NEW_EMAIL_ID}, 'order_paid', :intentId, r.recipient, s.id, :intentId, s.locale, '{}'::jsonb, ${isOwnWorkflow(':intentId')}
    from store s cross join lateral ${ORDER_RECIPIENTS} r where s.id = :storeId and s.emails_order_paid
    union all
    select ${NEW_EMAIL_ID}, 'shopper_receipt', :intentId, i.shopper_email, s.id, :intentId, ${SHOPPER_LOCALE},
      '{}'::jsonb, ${isOwnWorkflow(':intentId')}
    from checkout_intent i join store s on s.id = i.store_id where i.id = :intentId and i.shopper_email is not null
    on conflict (subject_id, kind, recipient) do nothing returning ${EMAIL_RETURNED}),
  mailed as (${emailsQueued(':wakes')})
  select pg_notify(:channel, '')`,
);

const TAKE_OVER = statement<{ intentId: IntentId; takeovers: string }>(
  'payment-take-over',
  `with pairs as materialized (
     select p."from", p."to", t.booking_id from jsonb_to_recordset(:takeovers::jsonb) as p("from" bigint, "to" bigint)
     join token_transfer t on t.id = p."from" and t.intent_id = :intentId),
   freed as (update token_transfer t set booking_id = null from pairs p where t.id = p."from")
   update token_transfer t set in_payment = true, booking_id = p.booking_id from pairs p where t.id = p."to" and t.intent_id = :intentId`,
);

/** Booked transfers that a reorganisation removed, in chain order. */
const readLost = async (sql: Sql, intentId: IntentId): Promise<MinedTransfer[]> => {
  const { rows } = await sql.query<Omit<MinedTransfer, 'amountUnits'> & { amountUnits: string }>({
    name: 'payment-lost',
    text: `select id::text as id, chain_id as "chainId", token, coin, tx_hash as "txHash", from_address as sender,
        amount_units::text as "amountUnits"
      from token_transfer where intent_id = $1 and booking_id is not null and state = 'orphaned'
      order by block_time, chain_id, block_number, log_index`,
    values: [intentId],
  });
  return rows.map((row) => ({ ...row, amountUnits: unitsOf(row.amountUnits) }));
};

interface PaymentTransfer extends GuardedTransfer {
  token: Address;
  amountBaseUnits: BaseUnits;
  blockNumber: string;
  logIndex: number;
  state: TransferState;
  isBooked: boolean;
  txHash: Hex;
  txFrom: Address;
  txTo: Address;
  method: PaymentMethod;
}

type TransferRow = Omit<PaymentTransfer, 'amountBaseUnits' | 'amountUnits'> &
  Record<'amountBaseUnits' | 'amountUnits', string>;

/** The transfers with these ids that are the intent's, in chain order (`byChainOrder` of domain/payment-parts.ts). */
const readTransfers = async (sql: Sql, intentId: IntentId, ids: readonly string[]): Promise<PaymentTransfer[]> => {
  const { rows } = await sql.query<TransferRow>({
    name: 'payment-transfers',
    text: `select t.chain_id as "chainId", t.coin, t.token, t.amount_base_units::text as "amountBaseUnits",
        t.amount_units::text as "amountUnits", t.state, t.tx_hash as "txHash", t.from_address as "txFrom",
        t.to_address as "txTo", ${METHOD_OF_TRANSFER} as method, t.id::text as id,
        floor(extract(epoch from t.block_time) * 1000)::float8 as "blockTime", t.block_number::text as "blockNumber",
        t.log_index as "logIndex", t.booking_id is not null as "isBooked",
        exists (select from review_item r where r.intent_id = $1 and r.transfer_id = t.id and r.outcome = 'accepted')
          as "isAccepted",
        exists (select from review_item r where r.intent_id = $1 and r.transfer_id = t.id and r.kind = 'screening'
          and r.state = 'open') as "isHeld", ${isUnwantedTokenSql()} as "isUnwantedToken"
      from token_transfer t join checkout_intent i on i.id = t.intent_id where t.intent_id = $1 and t.id = any($2::bigint[]) order by t.block_time, t.chain_id, t.block_number, t.log_index`,
    values: [intentId, ids],
  });
  return rows.map((row) => ({
    ...row,
    amountBaseUnits: baseUnitsOf(row.amountBaseUnits),
    amountUnits: unitsOf(row.amountUnits),
  }));
};
