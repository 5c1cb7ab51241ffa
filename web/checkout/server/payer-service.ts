// What a wallet's page reports to the server: the account that will pay (screened first), the method, and the transaction. The
// transaction that completes the payment decides which method is recorded (db/intents/record-payment.ts).
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { type AnnouncingMethod, announceTransaction, recordScreenedPayer } from '#db/intents/announced-transactions.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { recordDeniedPayer } from '#db/intents/denied-payers.ts';
import type { Orm } from '#db/orm.ts';
import { parseAddress } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Screening } from '#domain/screening.ts';
import { isTerminal, type PaymentMethod } from '#domain/status.ts';
import { parseTxHash } from '#domain/tx-hash.ts';
import { type KnownDeps, lookForKnown } from './known-transaction.ts';

export type PayerResult =
  | { kind: 'allowed' }
  /** Nothing may be sent from this account. The checkout ends as rejected if no money was seen. `message` is in English. */
  | { kind: 'denied'; message: string };

/**
 * Whether an account may pay, checked before a wallet sends. Throws UserError `bad_address`, and the error of a screening that is
 * unavailable. After an error nothing may be sent.
 * @param isRecorded false for a browser that is not bound to the checkout: naming a denied account would end it
 */
export const screenPayer = async (
  { orm, screening }: { orm: Orm; screening: Screening },
  intentId: IntentId,
  address: string,
  isRecorded = true,
): Promise<PayerResult> => {
  const payer = parseAddress(address.trim());
  if (!payer) throw new UserError('bad_address', 'This is not an account address.');
  if (!(await screening.isDenied(payer))) {
    if (isRecorded) await recordScreenedPayer(orm.em.fork(), intentId, payer);
    return { kind: 'allowed' };
  }
  if (isRecorded) await recordDeniedPayer(orm.em, intentId, payer);
  return {
    kind: 'denied',
    message: 'Payments from this account cannot be accepted. Nothing was sent. Do not send anything to this checkout.',
  };
};

/** Records the chosen way to pay. Does nothing when the checkout has ended. */
export const recordMethod = async (orm: Orm, intentId: IntentId, method: PaymentMethod): Promise<void> => {
  const intent = await orm.em
    .fork()
    .findOne(CheckoutIntent, { id: intentId }, { fields: ['status', 'paymentMethodType'] });
  if (!intent || isTerminal(intent.status) || intent.paymentMethodType === method) return;
  await changeIntent(orm.em.fork(), { intentId, actor: 'page', paymentMethodType: method });
};

/**
 * Records a transaction that a wallet or AllScale Pay has sent for the checkout, and the method with it, until the payment is
 * confirmed. Other tabs wait for it once a node has it. Throws UserError `bad_hash`.
 * @param asksNodes false: a later look at the checkout asks them
 */
export const announcePayment = async (
  deps: KnownDeps,
  intentId: IntentId,
  { txHash, method }: { txHash: string; method: AnnouncingMethod },
  asksNodes = true,
): Promise<void> => {
  const hash = parseTxHash(txHash);
  if (!hash) throw new UserError('bad_hash', 'This is not a transaction hash.');
  const { orm } = deps;
  const intent = await orm.em.fork().findOne(CheckoutIntent, { id: intentId }, { fields: ['confirmedAt'] });
  if (!intent || intent.confirmedAt) return;
  await announceTransaction(orm.em.fork(), intentId, hash, method);
  await recordMethod(orm, intentId, method);
  if (asksNodes) await lookForKnown(deps, intentId, hash);
};
