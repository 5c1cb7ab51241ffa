// Transactions that our payment pages announced. They tell which payment method sent a transfer.
import { raw } from '@mikro-orm/postgresql';
import type { Address, Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { PaymentMethod } from '#domain/status.ts';
import { AnnouncedTransaction, ScreenedPayer } from '../entities/intent.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

/** A page announces one transaction, rarely two or three. Of those that no node has, so many are kept: the newest. */
const MAX_UNKNOWN = 20;

/** The payment methods that know the hash of their transaction. */
export type AnnouncingMethod = typeof PaymentMethod.WALLET_CONNECT | typeof PaymentMethod.ALL_SCALE_PAY;

/**
 * Stores a transaction of an intent. The first announcement of a hash is kept, so this is safe to run twice. It counts once a node
 * has it (`noteKnown`). One that no node has makes room for later ones: made-up hashes never keep a real one out.
 * @param txHash lower case
 */
export const announceTransaction = async (
  em: Em,
  intentId: IntentId,
  txHash: Hex,
  method: AnnouncingMethod,
): Promise<void> => {
  await kyselyOf(em)
    .insertInto('AnnouncedTransaction')
    .values({ intent: intentId, txHash, method })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await kyselyOf(em)
    .deleteFrom('AnnouncedTransaction')
    .where('intent', '=', intentId)
    .where('knownAt', 'is', null)
    .where('txHash', 'not in', (eb) =>
      eb
        .selectFrom('AnnouncedTransaction')
        .select('txHash')
        .where('intent', '=', intentId)
        .where('knownAt', 'is', null)
        .orderBy('createdAt', 'desc')
        .limit(MAX_UNKNOWN),
    )
    .execute();
};

/** A node has the transaction, and it names the deposit address. */
export const noteKnown = async (em: Em, intentId: IntentId, txHash: Hex): Promise<void> => {
  await em.nativeUpdate(
    AnnouncedTransaction,
    { intent: intentId, txHash, knownAt: null },
    { knownAt: raw<Date>('now()') },
  );
};

/**
 * How long a transaction that no block shows is waited for. Then a wallet may have dropped it, and the shopper may pay again. Nodes are
 * asked as long for one that they did not have: a GET finds it without noting it.
 */
const WAITED_FOR_MS = 30 * 60_000;
const ASKED_AT_ONCE = 3;

/** Announced transactions, newest first: those that a node has, and those that it may have by now. */
export const listAwaited = async (em: Em, intentId: IntentId): Promise<{ known: Hex[]; unknown: Hex[] }> => {
  const rows = await em.find(AnnouncedTransaction, { intent: intentId }, { orderBy: { createdAt: 'desc' } });
  const isWaitedFor = (at: Date): boolean => at.getTime() > Date.now() - WAITED_FOR_MS;
  return {
    known: rows.filter(({ knownAt }) => knownAt && isWaitedFor(knownAt)).map(({ txHash }) => txHash),
    unknown: rows
      .filter(({ knownAt, createdAt }) => !knownAt && isWaitedFor(createdAt))
      .slice(0, ASKED_AT_ONCE)
      .map(({ txHash }) => txHash),
  };
};

/** Accounts of one intent that are kept. A shopper tries one or two; more than this is abuse. */
const MAX_PAYERS = 20;

/** Stores an account that is about to pay, after screening allowed it. Safe to run twice; does nothing without the intent. */
export const recordScreenedPayer = async (em: Em, intentId: IntentId, payer: Address): Promise<void> => {
  if ((await em.count(ScreenedPayer, { intent: intentId })) >= MAX_PAYERS) return;
  await kyselyOf(em)
    .insertInto('ScreenedPayer')
    .columns(['intent', 'payer'])
    .expression((eb) =>
      eb
        .selectFrom('CheckoutIntent as i')
        .select((one) => ['i.id', one.val(payer).as('payer')])
        .where('i.id', '=', intentId),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};

/** SQL: the newest announcement of the intent of `t` whose transaction no block shows, and that is not known to have failed. */
const UNSEEN = `select unseen.method from announced_transaction unseen
  where unseen.intent_id = t.intent_id
    and not exists (
      select from token_transfer seen where seen.intent_id = unseen.intent_id and seen.tx_hash = unseen.tx_hash)
    and not exists (
      select from wallet_tx sent where sent.intent_id = unseen.intent_id and sent.tx_hash = unseen.tx_hash and sent.state = 'failed')
  order by unseen.created_at desc limit 1`;

/**
 * SQL: the payment method of the transfer `t`: that of the announcement of its transaction. Wallets of contracts (a Safe, a user
 * operation) announce a hash that never is on the chain, and others replace their transaction. So while an announced transaction
 * stays unseen, it is that one's method when a page screened the sender, else the method that stood. Without an announcement, the
 * shopper copied or scanned the address.
 */
export const METHOD_OF_TRANSFER = `coalesce(
  (select announced.method from announced_transaction announced
   where announced.intent_id = t.intent_id and announced.tx_hash = t.tx_hash),
  case when exists (select from screened_payer p where p.intent_id = t.intent_id and p.payer = t.from_address)
    then (${UNSEEN}) end,
  (select nullif(stood.payment_method_type, ${PaymentMethod.UNKNOWN}) from checkout_intent stood
   where stood.id = t.intent_id and exists (${UNSEEN})),
  ${PaymentMethod.WALLET_SCAN})`;
