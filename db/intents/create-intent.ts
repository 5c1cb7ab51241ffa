// Creates intents. One statement, so one round trip, writes the nonces, the intents, their first timeline events and the outbox rows
// that start their workflows. It sends no NOTIFY, because transactions with NOTIFY commit one after another.
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { unitsOf } from '#domain/money.ts';
import { type Nonce, REUSE_EXPIRED_NONCE, SPEND_NONCE } from '../api/authenticate.ts';
import { DISPATCH_CHANNEL } from '../dispatch/outbox.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql } from '../pool.ts';
import { notify } from '../sql.ts';
import { COLUMNS, type NewIntent } from './intent-columns.ts';

/** An `Idempotency-Key` and the hash of the body that it was sent with. */
export interface IdempotencyClaim {
  key: string;
  bodySha256: string;
}

/** The data of the response to Create. Also read when an `Idempotency-Key` is repeated. */
export type CreatedIntent = Pick<NewIntent, 'id' | 'amountUnits' | 'stableCoin' | 'rateE10' | 'acceptedStableCoins'>;

/** The intent created with an idempotency key, and the hash of the body that the key was sent with. */
export interface ClaimedIntent {
  bodySha256: string;
  intent: CreatedIntent;
}

export type CreateOutcome = 'created' | 'nonce_spent' | 'key_claimed';

/** The first timeline event of a new intent, and the start of its workflow. */
const FOLLOWS = `event as (
    insert into timeline_event (intent_id, kind, status_to, data, created_at)
    select id, 'created', status, '{}', created_at from intent),
  queued as (
    insert into dispatch (kind, subject_id, dedupe_key, data, created_at)
    select 'start_intent', id, 'start_intent:' || id, '{}', created_at from intent)`;

/** The intent's columns as parameters, the first of them `$first`, with what follows. */
const inserted = (first: number, from: string): string => `
  intent as (
    insert into checkout_intent (${COLUMNS.map(([name]) => name).join(', ')})
    select ${COLUMNS.map(([, type], index) => `$${first + index}::${type}`).join(', ')}${from}
    returning id, status, created_at),
  ${FOLLOWS}`;

/** Parameters: $1 to $3 are the nonce, then the intent's columns, then the idempotency key and the hash of the body. */
const FIRST = 4;
const placeholder = (name: string): string => `$${FIRST + COLUMNS.findIndex(([column]) => column === name)}`;
const AFTER = FIRST + COLUMNS.length;

const statement = (claimed: boolean): string => `
  with spent as (${SPEND_NONCE}),
  ${
    claimed
      ? `claimed as (
    insert into idempotency_key (store_id, key, body_sha256, intent_id)
    select ${placeholder('store_id')}, $${AFTER}::text, $${AFTER + 1}::text, ${placeholder('id')} from spent
    on conflict do nothing returning intent_id),`
      : ''
  }
  ${inserted(FIRST, claimed ? ' from claimed' : ' from spent')}
  select exists (select from spent) as spent, exists (select from intent) as created`;

const PLAIN = { name: 'intent-create', text: statement(false) };
const IDEMPOTENT = { name: 'intent-create-idempotent', text: statement(true) };

/**
 * Spends the nonce and creates the intent, unless the idempotency key was used before. When two requests have the same nonce or
 * key, the second waits until the first has committed, and then sees it. An error writes nothing.
 */
export const createIntent = async (
  sql: Sql,
  nonce: Nonce,
  intent: NewIntent,
  claim: IdempotencyClaim | null,
): Promise<CreateOutcome> => {
  const values = [nonce.apiKeyId, nonce.nonce, nonce.expiresAt, ...COLUMNS.map(([, , value]) => value(intent))];
  const { rows } = await sql.query<{ spent: boolean; created: boolean }>(
    claim ? { ...IDEMPOTENT, values: [...values, claim.key, claim.bodySha256] } : { ...PLAIN, values },
  );
  if (rows[0]?.created) return 'created';
  return rows[0]?.spent && claim ? 'key_claimed' : 'nonce_spent';
};

/** An intent to create without an idempotency key, and the nonce of its request. */
export interface PlainCreate {
  nonce: Nonce;
  intent: NewIntent;
}

/** In the order of their nonces, so that two statements with the same nonces do not wait for each other. */
const MANY = `
  with input as materialized (
    select * from jsonb_to_recordset($1::jsonb) as r (nonce text, nonce_expires_at timestamptz,
      ${COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')})),
  spent as (
    insert into api_nonce (api_key_id, nonce, expires_at)
    select api_key_id, nonce, nonce_expires_at from input order by api_key_id, nonce
    ${REUSE_EXPIRED_NONCE} returning api_key_id, nonce),
  intent as (
    insert into checkout_intent (${COLUMNS.map(([name]) => name).join(', ')})
    select ${COLUMNS.map(([name]) => name).join(', ')} from input join spent using (api_key_id, nonce)
    returning id, status, created_at),
  ${FOLLOWS}
  select id from intent`;

/**
 * Creates many intents, each as `createIntent` does, in one transaction: an error writes none. No two may have the same nonce. @returns
 * the ids of those that were created; the nonces of the others were spent before
 */
export const createIntents = async (sql: Sql, creates: readonly PlainCreate[]): Promise<Set<IntentId>> => {
  const input = creates.map(({ nonce, intent }) => ({
    nonce: nonce.nonce,
    nonce_expires_at: nonce.expiresAt,
    ...Object.fromEntries(COLUMNS.map(([name, , value]) => [name, value(intent)])),
  }));
  const { rows } = await sql.query<{ id: IntentId }>({
    name: 'intent-create-many',
    text: MANY,
    values: [JSON.stringify(input)],
  });
  return new Set(rows.map(({ id }) => id));
};

const OWN = { name: 'intent-create-own', text: `with ${inserted(1, '')} select from intent` };

/**
 * Creates an intent that no API request made, in the caller's transaction, and wakes the dispatcher. The caller has a natural key of its
 * own.
 */
export const insertIntent = async (em: Em, intent: NewIntent): Promise<void> => {
  await inTransaction(em, (sql) => sql.query({ ...OWN, values: COLUMNS.map(([, , value]) => value(intent)) }));
  await notify(em, DISPATCH_CHANNEL);
};

interface ClaimedRow {
  bodySha256: string;
  id: IntentId;
  amountUnits: string;
  stableCoin: CoinId;
  rateE10: string | null;
  acceptedStableCoins: CoinId[];
}

/** The intent created with an idempotency key of the store, or undefined when the key is unused. */
export const readClaimedIntent = async (sql: Sql, storeId: string, key: string): Promise<ClaimedIntent | undefined> => {
  const { rows } = await sql.query<ClaimedRow>({
    name: 'intent-claimed',
    text: `select k.body_sha256 as "bodySha256", i.id, i.amount_units as "amountUnits", i.stable_coin as "stableCoin",
        i.rate_e10 as "rateE10", i.accepted_stable_coins as "acceptedStableCoins"
      from idempotency_key k join checkout_intent i on i.id = k.intent_id where k.store_id = $1 and k.key = $2`,
    values: [storeId, key],
  });
  const row = rows[0];
  if (!row) return undefined;
  const { bodySha256, amountUnits, rateE10, ...rest } = row;
  const intent = { ...rest, amountUnits: unitsOf(amountUnits), rateE10: rateE10 === null ? null : BigInt(rateE10) };
  return { bodySha256, intent };
};
