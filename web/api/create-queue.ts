// Under load, creates that arrive while others are being written are written together: one statement and one commit for all of them. A
// create that finds a free place is written at once and alone: it waits for no others.
import { type CreateOutcome, createIntent, createIntents, type PlainCreate } from '#db/intents/create-intent.ts';
import type { Sql } from '#db/pool.ts';

/** Statements at once. More of them would be smaller ones. */
const STATEMENTS = 2;
/** A statement without a response for so long, as on a connection that died silently, holds up no other create. It goes on. */
const PLACE_MS = 5_000;
/** Creates in one statement. */
const TOGETHER = 64;

interface Waiting {
  create: PlainCreate;
  resolve: (outcome: CreateOutcome) => void;
  reject: (error: unknown) => void;
}

/** @returns creates an intent without an idempotency key. Throws as `createIntent` does */
export const createQueue = (sql: Sql): ((create: PlainCreate) => Promise<CreateOutcome>) => {
  let waiting: Waiting[] = [];
  let running = 0;

  const writeAlone = ({ create: { nonce, intent }, resolve, reject }: Waiting): Promise<void> =>
    createIntent(sql, nonce, intent, null).then(resolve, reject);

  const writeTogether = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const created = await createIntents(
        sql,
        batch.map(({ create }) => create),
      );
      for (const { create, resolve } of batch) resolve(created.has(create.intent.id) ? 'created' : 'nonce_spent');
    } catch (error) {
      if (isRolledBack(error)) await Promise.all(batch.map(writeAlone));
      else for (const { reject } of batch) reject(error);
    }
  };

  const next = (): void => {
    while (running < STATEMENTS && waiting.length > 0) {
      const batch = takeBatch();
      const [first] = batch;
      running += 1;
      let isPlaceFree = false;
      const freePlace = (): void => {
        if (isPlaceFree) return;
        isPlaceFree = true;
        running -= 1;
        next();
      };
      const timer = setTimeout(freePlace, PLACE_MS);
      void (first && batch.length === 1 ? writeAlone(first) : writeTogether(batch)).finally(() => {
        clearTimeout(timer);
        freePlace();
      });
    }
  };

  /** Of two creates with the same nonce the second waits for the next statement, which finds the nonce spent. */
  const takeBatch = (): Waiting[] => {
    const batch = new Map<string, Waiting>();
    const left: Waiting[] = [];
    for (const one of waiting) {
      const { apiKeyId, nonce } = one.create.nonce;
      const key = `${apiKeyId}:${nonce}`;
      if (batch.size < TOGETHER && !batch.has(key)) batch.set(key, one);
      else left.push(one);
    }
    waiting = left;
    return [...batch.values()];
  };

  return (create) =>
    new Promise((resolve, reject) => {
      waiting.push({ create, resolve, reject });
      next();
    });
};

/**
 * Postgres rejected the statement: nothing of it is written. A lost connection (SQLSTATE class 08) or a server that stops (57P) leaves
 * that open, and nothing may be tried again. The ORM has a driver of its own, so its errors are recognised by their `code`, not by
 * their class.
 */
const isRolledBack = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(?!08|57P)(?=.*\d)[0-9A-Z]{5}$/.test(String(error.code));
