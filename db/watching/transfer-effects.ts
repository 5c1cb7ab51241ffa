// The effects of a changed transfer, written in the same transaction: a timeline event, an outbox row that signals the intent's
// workflow, and notifications to the dispatcher and the pages.
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatUnits, unitsOf } from '#domain/money.ts';
import { NOTICE_EVENTS } from '#domain/order-events.ts';
import { DUST_UNITS, type TransferState } from '#domain/payment-rules.ts';
import { DISPATCH_CHANNEL } from '../dispatch/outbox.ts';
import { recordTransferNotices, type TransferNotice } from '../events/record-events.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import type { Sql } from '../pool.ts';

/** A row of `token_transfer` as SQL returns it: bigints and numerics as text. */
export interface TransferRow {
  id: string;
  intent_id: IntentId;
  chain_id: number;
  block_number: string;
  block_hash: Hex;
  tx_hash: Hex;
  log_index: number;
  token: Address;
  coin: CoinId;
  amount_units: string;
  from_address: Address;
  state: TransferState;
}

type TransferEffectKind = 'transfer_seen' | 'transfer_confirmed' | 'transfer_orphaned';

export interface TransferEffect {
  transfer: TransferRow;
  /** Timeline events in order. Only the last one is signaled, so that catching up on old blocks sends one signal. */
  kinds: readonly TransferEffectKind[];
}

const SIGNALS = {
  transfer_seen: 'transferSeen',
  transfer_confirmed: 'transferConfirmed',
  transfer_orphaned: 'transferOrphaned',
} as const satisfies Record<TransferEffectKind, string>;

export const writeTransferEffects = async (sql: Sql, changes: readonly TransferEffect[]): Promise<void> => {
  if (changes.length === 0) return;
  const rows = changes.flatMap(({ transfer, kinds }) =>
    kinds.map((kind, index) => ({
      intent_id: transfer.intent_id,
      kind,
      data: {
        transfer_id: transfer.id,
        chain_id: transfer.chain_id,
        coin: transfer.coin,
        token: transfer.token,
        amount: formatUnits(unitsOf(transfer.amount_units)),
        tx_hash: transfer.tx_hash,
        from: transfer.from_address,
        block_number: transfer.block_number,
      },
      signal: index === kinds.length - 1 ? SIGNALS[kind] : null,
    })),
  );
  // One signal for each intent is enough, because the workflow reads the ledger. A stranger who sends dust to an address a thousand
  // times in a block cannot fill the outbox. The event's id makes the dispatch key unique.
  await sql.query<unknown>({
    name: 'transfer-effects',
    text: `with changed as (
       select n.*, nextval('timeline_event_id_seq') as event_id
       from jsonb_to_recordset($1::jsonb) as n(intent_id text, kind text, data jsonb, signal text)
     ), events as (
       insert into timeline_event (id, intent_id, kind, data) select event_id, intent_id, kind, data from changed
     )
     insert into dispatch (kind, subject_id, dedupe_key, data)
     select distinct on (intent_id) 'signal_intent', intent_id, 'signal_intent:' || event_id,
       jsonb_build_object('signal', signal, 'transferId', data ->> 'transfer_id')
     from changed where signal is not null order by intent_id, event_id desc`,
    values: [JSON.stringify(rows)],
  });
  await recordTransferNotices(sql, noticesOf(changes));
  await sql.query<unknown>({
    name: 'notify-channel',
    text: 'select pg_notify($1, $2)',
    values: [DISPATCH_CHANNEL, ''],
  });
  await notifyIntents(sql, INTENT_CHANGED_CHANNEL, [...new Set(changes.map(({ transfer }) => transfer.intent_id))]);
};

/** Dust is on the timeline only: it costs its sender next to nothing, and must not fill a shop's events. */
const noticesOf = (changes: readonly TransferEffect[]): TransferNotice[] =>
  changes
    .filter(({ transfer }) => unitsOf(transfer.amount_units) >= DUST_UNITS)
    .flatMap(({ transfer, kinds }) => {
      const about = { intentId: transfer.intent_id, transferId: transfer.id, review: null };
      return kinds.flatMap((kind) => {
        if (kind === 'transfer_confirmed') return [];
        return { ...about, eventType: kind === 'transfer_seen' ? NOTICE_EVENTS.seen : NOTICE_EVENTS.removed };
      });
    });

export const notifyIntents = async (sql: Sql, channel: string, intentIds: readonly string[]): Promise<void> => {
  if (intentIds.length === 0) return;
  await sql.query<unknown>({
    name: 'notify-intents',
    text: 'select pg_notify($1, id) from jsonb_array_elements_text($2::jsonb) as ids(id)',
    values: [channel, JSON.stringify(intentIds)],
  });
};
