// A note that a member writes on an order, for colleagues; the shopper never sees it.
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';

export const NOTE_MAX = 2_000;

/** Adds the note to the timeline. Throws UserError: `note_missing`, `note_too_long`, `order_not_found`. */
export const addOrderNote = (
  entityManager: Em,
  storeId: string,
  intentId: IntentId,
  note: { text: string; actor: Actor },
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const text = note.text.trim();
    if (text === '') throw new UserError('note_missing', 'Write something to note.');
    if (text.length > NOTE_MAX) {
      throw new UserError('note_too_long', `A note has at most ${NOTE_MAX} characters; this one has ${text.length}.`);
    }
    const [store] = await em.execute<{ merchant_id: string }[]>(
      'select s.merchant_id from checkout_intent i join store s on s.id = i.store_id where i.id = ? and i.store_id = ?',
      [intentId, storeId],
    );
    if (!store) throw new UserError('order_not_found', 'There is no such order.');
    const by = note.actor.email ?? note.actor.id;
    await em.execute(`insert into timeline_event (intent_id, kind, data) values (?, 'note', ?::jsonb)`, [
      intentId,
      JSON.stringify({ text, by }),
    ]);
    await writeAudit(em, {
      actor: note.actor,
      action: 'order.note',
      subjectKind: 'intent',
      subjectId: intentId,
      merchantId: store.merchant_id,
      storeId,
      data: { length: text.length },
    });
  });
