// Writes the results of a confirmed payment in the transaction that confirms it: the paid facts, the webhook event with its
// exact bytes, the settlements, the e-mails, and the dispatch rows that start their delivery.
import { randomBytes } from 'node:crypto';
import type { Address, Hex } from '#domain/address.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import { PaymentRejectedError, TransitionError } from '#domain/errors.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import { type IntentId, makeId } from '#domain/ids.ts';
import { add, type BaseUnits, baseUnitsOf, type Cents, type Units, unitsOf, ZERO } from '#domain/money.ts';
import { faultOfPayment, type GuardedTerms, type GuardedTransfer } from '#domain/payment-guard.ts';
import type { TransferState } from '#domain/payment-rules.ts';
import type { PaymentMethod } from '#domain/status.ts';
import { CONFIRMED_EVENT, confirmedWebhookBody } from '#domain/webhook-body.ts';
import { EMAIL_COLUMNS, NEW_EMAIL_ID, ORDER_RECIPIENTS, QUEUE } from '../delivery/email-sql.ts';
import { webhookQueuedBy } from '../delivery/queue-webhooks.ts';
import { DISPATCH_CHANNEL } from '../dispatch/outbox.ts';
import type { Sql } from '../pool.ts';
import { oweAccepted } from '../settlements/settlement-owed.ts';
import { statement } from '../sql.ts';
import { METHOD_OF_TRANSFER } from './announced-transactions.ts';

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
 * Marks the transfers as the intent's payment. The first call writes the paid facts, one webhook event and one settlement for
 * each (chain, token); a later call (a payment that was mined again after a reorganisation, or a second one that a person
 * accepted) marks the transfers, and owes a settlement for what was accepted.
 * Throws TransitionError when a reorganisation came between the verdict and this call, PaymentRejectedError when the transfers
 * cannot be a payment by any rule.
 */
export const recordPayment = async (
  sql: Sql,
  intent: PayableIntent,
  transferIds: readonly string[],
  now: Date,
): Promise<void> => {
  const transfers = await readTransfers(sql, intent.id, transferIds);
  const completing = transfers.at(-1);
  if (!completing || transfers.length !== transferIds.length)
    throw new Error(`Intent ${intent.id}: payment transfers not found`);
  if (intent.isConfirmed) {
    if (transfers.some(({ isAccepted, state }) => isAccepted && state !== 'confirmed')) throw vanished(intent.id);
    await sql.query(MARK({ intentId: intent.id, transferIds }));
    if (transfers.some(({ isAccepted }) => isAccepted)) await oweAccepted(sql, intent.id);
    return;
  }
  if (transfers.some(({ state }) => state !== 'confirmed')) throw vanished(intent.id);
  const terms = { ...intent, requiredUnits: intent.amountUnits, expiresAt: intent.expiresAt.getTime() };
  const fault = faultOfPayment(terms, transfers);
  if (fault) throw new PaymentRejectedError(`Intent ${intent.id}: ${fault}`);

  const groups = groupByToken(transfers);
  const fee = groups.reduce(
    (total, group) => total + feeOfSettlement(group.baseUnits, intent.feeRateE9) * group.unitsPerBase,
    0n,
  );
  const paid = transfers.reduce((total, { amountUnits }) => total + amountUnits, 0n);
  const surplus = paid > intent.amountUnits ? paid - intent.amountUnits : 0n;
  const eventId = makeId('evt', randomBytes(16));
  const transactionId = makeId('txn', randomBytes(16));
  const { method, ...payment } = completing;
  const body = confirmedWebhookBody(eventId, transactionId, {
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
  });
  await sql.query(
    RECORD({
      intentId: intent.id,
      transferIds,
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
      net: (paid - fee).toString(),
      surplus: surplus.toString(),
      groups: JSON.stringify(groups.map(({ chainId, token }) => ({ chain_id: chainId, token }))),
      eventId,
      transactionId,
      storeId: intent.storeId,
      eventType: CONFIRMED_EVENT,
      body,
      channel: DISPATCH_CHANNEL,
    }),
  );
};

const vanished = (intentId: IntentId): TransitionError =>
  new TransitionError(`Intent ${intentId}: a transfer of the payment is not confirmed any more`);

const MARK_TRANSFERS =
  'update token_transfer set in_payment = true where intent_id = :intentId and id = any(:transferIds::bigint[])';
const MARK = statement<{ intentId: IntentId; transferIds: readonly string[] }>('payment-mark', MARK_TRANSFERS);

const WEBHOOK_QUEUED = webhookQueuedBy({
  id: ':eventId',
  transactionId: ':transactionId',
  storeId: ':storeId',
  intentId: ':intentId',
  eventType: ':eventType',
  body: ':body',
  createdAt: ':now',
});

/**
 * Due times and the moment of confirmation come from the database's clock. A worker's clock that is ahead would delay the work; one
 * that is behind would put the payment into a day whose report is finished, and no report would have it.
 */
const RECORD = statement(
  'payment-record',
  `
  with marked as (${MARK_TRANSFERS}),
  paid as (
    update checkout_intent set confirmed_at = clock_timestamp(), payment_method_type = :method, paid_chain_id = :chainId, paid_coin = :coin, paid_token = :token,
      tx_hash = :txHash, tx_from = :txFrom, tx_to = :txTo, actual_paid_units = :paid, service_fee_units = :fee, net_income_units = :net,
      surplus_units = :surplus
    where id = :intentId),
  owed as (
    insert into settlement (intent_id, chain_id, token, state, available_at, created_at)
    select :intentId, g.chain_id, g.token, 'pending', now(), :now from jsonb_to_recordset(:groups::jsonb) as g(chain_id int, token text)),
  ${WEBHOOK_QUEUED},
  message as (
    insert into email_message (${EMAIL_COLUMNS})
    select ${NEW_EMAIL_ID}, 'order_paid', :intentId, r.recipient, s.id, :intentId, s.locale, '{}'::jsonb
    from store s cross join lateral ${ORDER_RECIPIENTS} r where s.id = :storeId and s.emails_order_paid
    union all
    select ${NEW_EMAIL_ID}, 'shopper_receipt', :intentId, i.shopper_email, s.id, :intentId, s.locale, '{}'::jsonb
    from checkout_intent i join store s on s.id = i.store_id where i.id = :intentId and i.shopper_email is not null
    on conflict (subject_id, kind, recipient) do nothing returning id, kind),
  mailed as (${QUEUE} from message)
  select pg_notify(:channel, '')`,
);

interface PaymentTransfer extends GuardedTransfer {
  token: Address;
  amountBaseUnits: BaseUnits;
  state: TransferState;
  txHash: Hex;
  txFrom: Address;
  txTo: Address;
  method: PaymentMethod;
}

type TransferRow = Omit<PaymentTransfer, 'amountBaseUnits' | 'amountUnits'> &
  Record<'amountBaseUnits' | 'amountUnits', string>;

/** The transfers with these ids that are the intent's, in the order of their blocks. */
const readTransfers = async (sql: Sql, intentId: IntentId, ids: readonly string[]): Promise<PaymentTransfer[]> => {
  const { rows } = await sql.query<TransferRow>({
    name: 'payment-transfers',
    text: `select t.chain_id as "chainId", t.coin, t.token, t.amount_base_units::text as "amountBaseUnits",
        t.amount_units::text as "amountUnits", t.state, t.tx_hash as "txHash", t.from_address as "txFrom",
        t.to_address as "txTo", ${METHOD_OF_TRANSFER} as method, t.id::text as id,
        floor(extract(epoch from t.block_time) * 1000)::float8 as "blockTime",
        exists (select from review_item r where r.intent_id = $1 and r.transfer_id = t.id and r.outcome = 'accepted')
          as "isAccepted",
        exists (select from review_item r where r.intent_id = $1 and r.transfer_id = t.id and r.kind = 'screening'
          and r.state = 'open') as "isHeld"
      from token_transfer t where t.intent_id = $1 and t.id = any($2::bigint[]) order by t.block_time, t.id`,
    values: [intentId, ids],
  });
  return rows.map((row) => ({
    ...row,
    amountBaseUnits: baseUnitsOf(row.amountBaseUnits),
    amountUnits: unitsOf(row.amountUnits),
  }));
};

interface TokenGroup {
  chainId: number;
  token: Address;
  baseUnits: BaseUnits;
  unitsPerBase: bigint;
}

/** Settlements pay by (chain, token); so the fee is rounded once for each. */
const groupByToken = (transfers: readonly PaymentTransfer[]): TokenGroup[] => {
  const groups = new Map<string, TokenGroup>();
  for (const { chainId, token, amountBaseUnits, amountUnits } of transfers) {
    const group = groups.get(`${chainId}:${token}`) ?? {
      chainId,
      token,
      baseUnits: ZERO,
      unitsPerBase: amountUnits / amountBaseUnits,
    };
    groups.set(`${chainId}:${token}`, { ...group, baseUnits: add(group.baseUnits, amountBaseUnits) });
  }
  return [...groups.values()];
};
