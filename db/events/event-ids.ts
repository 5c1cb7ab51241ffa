// The ids of an event, derived from what it says. After the database was restored from a backup, what happened since is found again and
// told again: with the same text it has the same ids, so a receiver that knows them does nothing twice; with another text it has others.
import { hash } from 'node:crypto';
import { makeId } from '#domain/ids.ts';

export interface EventIds {
  /** `evt_…` */
  eventId: string;
  /** `txn_…` */
  transactionId: string;
}

/**
 * @param bodyOf the event's text with these ids
 * @param occurrence tells events of an order apart that say the same
 * @returns the ids and the text with them
 */
export const withEventIds = (
  bodyOf: (eventId: string, transactionId: string) => string,
  occurrence = 0,
): EventIds & { body: string } => {
  const digest = hash('sha256', `${occurrence}:${bodyOf('', '')}`, 'buffer');
  const [eventId, transactionId] = [makeId('evt', digest.subarray(0, 16)), makeId('txn', digest.subarray(16))];
  return { eventId, transactionId, body: bodyOf(eventId, transactionId) };
};
