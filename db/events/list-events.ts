// A store's events in the order of their numbers.
import type { IntentId } from '#domain/ids.ts';
import type { OrderEventType } from '#domain/order-events.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { numberEvents } from './number-events.ts';

export interface ListedEvent {
  sequence: bigint;
  id: string;
  intentId: IntentId;
  eventType: OrderEventType;
  createdAt: Date;
  /** JSON text, or null once it was erased. */
  body: string | null;
}

export interface EventPage {
  events: ListedEvent[];
  hasMore: boolean;
}

/** Ordered by the column `e.sequence`: `sequence` alone would be the text. */
const READ = {
  name: 'event-list',
  text: `select sequence::text as sequence, id, intent_id as "intentId", event_type as "eventType", created_at as "createdAt",
      nullif(body, '') as body
    from order_event e where store_id = $1 and e.sequence > $2::bigint order by e.sequence limit $3`,
};

/** Events with a higher number than `after`: every one that was committed before this call, in order. */
export const listEvents = async (em: Em, storeId: string, after: bigint, limit: number): Promise<EventPage> => {
  const sql = sqlOf({ em });
  await numberEvents(sql, em, storeId, after + BigInt(limit) + 1n);
  const { rows } = await sql.query<Omit<ListedEvent, 'sequence'> & { sequence: string }>({
    ...READ,
    values: [storeId, String(after), limit + 1],
  });
  const events = rows.slice(0, limit).map(({ sequence, ...event }) => ({ ...event, sequence: BigInt(sequence) }));
  return { events, hasMore: rows.length > limit };
};
