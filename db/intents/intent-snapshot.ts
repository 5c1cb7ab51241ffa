// The facts on which an intent's workflow decides: terms, transfers, and the cursors of the watchers, all read at the same moment.
// Values are JSON-safe: Temporal's payload converter takes no bigints. The senders' addresses stay with the activity, which
// screens them, so that histories hold no personal data.
import type { Address } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { IntentMissingError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { DUST_UNITS, type ObservedTransfer, type PaymentTerms } from '#domain/payment-rules.ts';
import { IntentStatus, isAwaitingPayment, isTerminal } from '#domain/status.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { HAS_HELD_MONEY } from '../watching/token-checks.ts';
import { isUnwantedTokenSql } from './bridged-tokens.ts';
import { HAS_DENIED_PAYER } from './denied-payers.ts';

export type TransferSnapshot = Omit<ObservedTransfer, 'amountUnits' | 'senderDenied'> & { amountUnits: string };

export interface IntentSnapshot {
  status: IntentStatus;
  terms: Omit<PaymentTerms, 'requiredUnits' | 'dustUnits'> & {
    requiredUnits: string;
    dustUnits: string;
    acceptedCoins: CoinId[];
  };
  transfers: TransferSnapshot[];
  /** Accepted chains whose watchers have not read a block later than the deadline. The intent may expire when there are none. */
  chainsBehind: number[];
}

/** A snapshot with the senders of its transfers, by transfer id. */
export interface LedgerReading {
  snapshot: IntentSnapshot;
  senders: ReadonlyMap<string, Address>;
}

interface Row {
  status: IntentStatus;
  terms: Omit<IntentSnapshot['terms'], 'payerDenied' | 'closedAs' | 'dustUnits' | 'refundingFrom'>;
  hasDeniedPayer: boolean;
  /** The status before the last move to PENDING_MANUAL_OPERATION; null when the intent does not have that status. */
  reopenedFrom: IntentStatus | null;
  /** What stood before the refund that is under way. */
  refundingFrom: IntentStatus | null;
  transfers: (TransferSnapshot & { senderAddress: Address })[];
  chainsPassed: number[];
}

/**
 * The largest transfers are read. More than this are dust that a stranger sent. Dust stays in the ledger, but it must not delay the
 * intent, and a snapshot must fit into a Temporal payload (2 MB).
 */
export const MAX_TRANSFERS = 200;

/** SQL: epoch milliseconds of a column. */
export const milliseconds = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::bigint`;

/**
 * One statement, so that everything is read at the same moment. If the cursors were read after the transfers, a payment stored in
 * between would be missed, although its block counts as read.
 */
const READ = `
  select json_build_object(
    'status', i.status,
    'terms', json_build_object(
      'requiredUnits', i.amount_units::text,
      'toleranceBps', i.tolerance_bps,
      'expiresAt', ${milliseconds('i.expires_at')},
      'extended', i.extended_at is not null,
      'extensionMs', i.extension_seconds * 1000::bigint,
      'acceptedCoins', i.accepted_stable_coins,
      'acceptedChainIds', i.accepted_chain_ids),
    'hasDeniedPayer', ${HAS_DENIED_PAYER},
    'reopenedFrom', (
      select e.status_from from timeline_event e
      where i.status in (${IntentStatus.PENDING_MANUAL_OPERATION}, ${IntentStatus.SEND_BACK}) and e.intent_id = i.id
        and e.kind = 'status' and e.status_to = ${IntentStatus.PENDING_MANUAL_OPERATION}
        and e.status_from <> ${IntentStatus.SEND_BACK}
      order by e.id desc limit 1),
    'refundingFrom', (
      select e.status_from from timeline_event e
      where i.status = ${IntentStatus.SEND_BACK} and e.intent_id = i.id and e.kind = 'status'
        and e.status_to = ${IntentStatus.SEND_BACK}
      order by e.id desc limit 1),
    'transfers', array(
      select json_build_object(
        'id', t.id::text,
        'chainId', t.chain_id,
        'coin', t.coin,
        'token', t.token,
        'sender', dense_rank() over (order by t.from_address),
        'txHash', t.tx_hash,
        'amountUnits', t.amount_units::text,
        'blockTime', ${milliseconds('t.block_time')},
        'state', t.state,
        'isUnwantedToken', ${isUnwantedTokenSql()},
        'inPayment', t.in_payment,
        'isBooked', t.booking_id is not null,
        'reviews', array(
          select json_build_object('kind', r.kind, 'resolved', r.state = 'resolved',
            'accepted', r.outcome is not distinct from 'accepted') from review_item r
          where r.intent_id = i.id and r.transfer_id = t.id order by r.id),
        'senderAddress', t.from_address)
      from (
        select * from token_transfer where intent_id = i.id
        order by in_payment desc, state = 'orphaned', amount_units desc, id limit ${MAX_TRANSFERS}) t
      order by t.id),
    'chainsPassed', array(
      select c.chain_id from chain_cursor c
      where c.chain_id = any(i.accepted_chain_ids) and c.block_time > i.expires_at and not ${HAS_HELD_MONEY})
  )::text as reading
  from checkout_intent i where i.id = $1`;

/** Throws IntentMissingError when there is no such intent. */
export const readIntentSnapshot = async (em: Em, intentId: IntentId): Promise<LedgerReading> => {
  const { rows } = await sqlOf({ em }).query<{ reading: string }>({
    name: 'intent-snapshot',
    text: READ,
    values: [intentId],
  });
  if (!rows[0]) throw new IntentMissingError(intentId);
  const { status, terms, hasDeniedPayer, reopenedFrom, refundingFrom, transfers, chainsPassed } = JSON.parse(
    rows[0].reading,
  ) as Row;
  const hasMoney = transfers.some(({ state }) => state !== 'orphaned');
  const snapshot: IntentSnapshot = {
    status,
    terms: {
      ...terms,
      dustUnits: String(DUST_UNITS),
      payerDenied: hasDeniedPayer && isAwaitingPayment(status) && !hasMoney,
      // The final status of an intent that was reopened for a review.
      closedAs: reopenedFrom !== null && isTerminal(reopenedFrom) ? reopenedFrom : null,
      refundingFrom,
    },
    transfers: transfers.map(({ senderAddress: _, ...transfer }) => transfer),
    chainsBehind: terms.acceptedChainIds.filter((chainId) => !chainsPassed.includes(chainId)),
  };
  return { snapshot, senders: new Map(transfers.map(({ id, senderAddress }) => [id, senderAddress])) };
};
