// Notes that members write on an order for their colleagues. Shoppers never see them.
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { BAD_TEXT, isShownText } from '#domain/text.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { kyselyOf } from '../kysely.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';

export const NOTE_MAX = 2_000;

/** Adds the note to the timeline. Throws UserError: `note_missing`, `note_too_long`, `bad_text`, `order_not_found`. */
export const addOrderNote = (
  entityManager: Em,
  storeId: string,
  intentId: IntentId,
  note: { text: string; actor: Actor },
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const text = note.text.trim();
    if (text === '') throw new UserError('note_missing', 'Write a note first.');
    if (text.length > NOTE_MAX) {
      throw new UserError('note_too_long', `A note has at most ${NOTE_MAX} characters; this one has ${text.length}.`);
    }
    if (!isShownText(text)) throw new UserError('bad_text', BAD_TEXT);
    const order = await kyselyOf(em)
      .selectFrom('CheckoutIntent as i')
      .innerJoin('Store as s', 's.id', 'i.store')
      .select('s.merchant as merchantId')
      .where('i.id', '=', intentId)
      .where('s.id', '=', storeId)
      .executeTakeFirst();
    if (!order) throw new UserError('order_not_found', 'There is no such order.');
    const by = note.actor.email ?? note.actor.id;
    await em.insert(TimelineEvent, { intent: intentId, kind: 'note', data: { text, by } });
    await writeAudit(em, {
      actor: note.actor,
      action: 'order.note',
      subjectKind: 'intent',
      subjectId: intentId,
      merchantId: order.merchantId,
      storeId,
      data: { length: text.length },
    });
  });
