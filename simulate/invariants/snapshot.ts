// Everything that the database says of a run's orders, read at one moment. Amounts are bigints, times epoch milliseconds.
import { findBrokenAuditEntry } from '#db/merchants/audit.ts';
import type { World } from '../world/world.ts';

export interface IntentRow {
  id: string;
  status: number;
  expiresAt: number;
  isExtended: boolean;
  confirmedAt: number | null;
  paidChainId: number | null;
  paidCoin: number | null;
  txHash: string | null;
  txFrom: string | null;
  paid: bigint | null;
  fee: bigint | null;
  net: bigint | null;
  surplus: bigint | null;
}

export interface TransferRow {
  id: string;
  intent: string;
  chainId: number;
  blockNumber: number;
  blockHash: string;
  blockTime: number;
  txHash: string;
  logIndex: number;
  token: string;
  coin: number;
  from: string;
  base: bigint;
  units: bigint;
  state: 'seen' | 'confirmed' | 'orphaned';
  inPayment: boolean;
  booking: string | null;
}

export interface BookingRow {
  id: string;
  intent: string;
  kind: 'payment' | 'accepted';
  chainId: number;
  token: string;
  coin: number;
  gross: bigint;
  fee: bigint;
  net: bigint;
  surplus: bigint;
  bookedAt: number;
}

export interface ReviewRow {
  id: string;
  intent: string;
  transfer: string;
  kind: string;
  state: 'open' | 'resolved';
  outcome: string | null;
}

export interface SettlementRow {
  intent: string;
  chainId: number;
  token: string;
  state: string;
  net: bigint | null;
  fee: bigint | null;
  txHash: string | null;
  logIndex: number | null;
  lastError: string | null;
}

export interface RefundRow {
  id: string;
  /** It was withdrawn before it was sent. */
  isWithdrawn: boolean;
  intent: string;
  /** The reviewed transfer that it refunds. */
  transfer: string | null;
  chainId: number;
  token: string;
  coin: number;
  payer: string;
  base: bigint;
  withheld: bigint;
  units: bigint;
  state: string;
  source: string;
  txHash: string | null;
  logIndex: number | null;
  confirmedAt: number | null;
}

/** A confirmation of a refund, or its removal by a reorganisation. */
export interface RefundEntryRow {
  refund: string;
  kind: 'confirmed' | 'removed';
  units: bigint;
  at: number;
}

export interface Snapshot {
  intents: IntentRow[];
  transfers: TransferRow[];
  bookings: BookingRow[];
  reviews: ReviewRow[];
  /** Moves of status, in order. */
  moves: { intent: string; from: number | null; to: number }[];
  settlements: SettlementRow[];
  webhooks: { intent: string; type: string; body: string }[];
  emails: { subject: string; kind: string; recipient: string }[];
  refunds: RefundRow[];
  /** In order. */
  refundEntries: RefundEntryRow[];
  isAuditIntact: boolean;
}

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/** Sums and bigints come as JSON numbers would lose digits: they are text until they are parsed here. */
const READ = `select json_build_object(
  'intents', (select coalesce(json_agg(json_build_object('id', id, 'status', status, 'expiresAt', ${ms('expires_at')},
    'isExtended', extended_at is not null, 'confirmedAt', ${ms('confirmed_at')}, 'paidChainId', paid_chain_id, 'paidCoin', paid_coin,
    'txHash', tx_hash, 'txFrom', tx_from, 'paid', actual_paid_units::text || 'n', 'fee', service_fee_units::text || 'n',
    'net', net_income_units::text || 'n', 'surplus', surplus_units::text || 'n') order by id), '[]') from checkout_intent),
  'transfers', (select coalesce(json_agg(json_build_object('id', id::text, 'intent', intent_id, 'chainId', chain_id,
    'blockNumber', block_number, 'blockHash', block_hash, 'blockTime', ${ms('block_time')}, 'txHash', tx_hash, 'logIndex', log_index,
    'token', token, 'coin', coin, 'from', from_address, 'base', amount_base_units::text || 'n', 'units', amount_units::text || 'n',
    'state', state, 'inPayment', in_payment, 'booking', booking_id::text) order by id), '[]') from token_transfer),
  'bookings', (select coalesce(json_agg(json_build_object('id', id::text, 'intent', intent_id, 'kind', kind, 'chainId', chain_id,
    'token', token, 'coin', coin, 'gross', gross_units::text || 'n', 'fee', fee_units::text || 'n', 'net', net_units::text || 'n',
    'surplus', surplus_units::text || 'n', 'bookedAt', ${ms('booked_at')}) order by id), '[]') from booking),
  'reviews', (select coalesce(json_agg(json_build_object('id', id::text, 'intent', intent_id, 'transfer', transfer_id::text,
    'kind', kind, 'state', state, 'outcome', outcome) order by id), '[]') from review_item),
  'moves', (select coalesce(json_agg(json_build_object('intent', intent_id, 'from', status_from, 'to', status_to) order by id), '[]')
    from timeline_event where status_to is not null),
  'settlements', (select coalesce(json_agg(json_build_object('intent', intent_id, 'chainId', chain_id, 'token', token, 'state', state,
    'net', net_base_units::text || 'n', 'fee', fee_base_units::text || 'n', 'txHash', tx_hash, 'logIndex', log_index,
    'lastError', last_error) order by id), '[]') from settlement),
  'webhooks', (select coalesce(json_agg(json_build_object('intent', intent_id, 'type', event_type, 'body', body) order by id), '[]')
    from webhook_event),
  'emails', (select coalesce(json_agg(json_build_object('subject', subject_id, 'kind', kind, 'recipient', recipient)), '[]')
    from email_message),
  'refunds', (select coalesce(json_agg(json_build_object('id', id::text, 'isWithdrawn', withdrawn_at is not null, 'intent', intent_id, 'chainId', chain_id, 'token', token, 'coin', coin,
    'transfer', transfer_id::text, 'payer', payer_address, 'base', amount_base_units::text || 'n', 'withheld', withheld_base_units::text || 'n',
    'units', amount_units::text || 'n', 'state', state, 'source', source, 'txHash', tx_hash, 'logIndex', log_index,
    'confirmedAt', ${ms('confirmed_at')}) order by id), '[]') from send_back),
  'refundEntries', (select coalesce(json_agg(json_build_object('refund', send_back_id::text, 'kind', kind,
    'units', amount_units::text || 'n', 'at', ${ms('booked_at')}) order by id), '[]') from send_back_entry)
)::text as everything`;

const revive = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;

/** Of the only store that a run's database has. */
export const readSnapshot = async ({ database }: World): Promise<Snapshot> => {
  const [row] = await database.rows<{ everything: string }>(READ);
  const read = JSON.parse(row?.everything ?? '{}', revive) as Omit<Snapshot, 'isAuditIntact'>;
  return { ...read, isAuditIntact: (await findBrokenAuditEntry(database.orm.em)) === null };
};
