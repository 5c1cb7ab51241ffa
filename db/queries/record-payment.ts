// What follows from a confirmed payment, in the transaction that confirms it: the paid facts, the webhook event with its
// exact bytes, the settlements, and the dispatch row that starts the delivery.
import { randomBytes } from 'node:crypto';
import { TransitionError } from '#domain/errors.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import { makeId } from '#domain/ids.ts';
import { CONFIRMED_EVENT, confirmedWebhookBody } from '#domain/webhook-body.ts';
import { Settlement, TokenTransfer } from '../entities/chain.entity.ts';
import { WebhookEvent } from '../entities/delivery.entity.ts';
import { type CheckoutIntent, Dispatch } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';
import { methodOfTransaction } from './announced-transactions.ts';
import { DISPATCH_CHANNEL } from './dispatch.ts';

/**
 * Marks the transfers as the intent's payment. The first call writes the paid facts, one webhook event and one settlement for
 * each (chain, token); a later call (a payment that was mined again after a reorganisation) only marks the transfers.
 * Throws TransitionError when a reorganisation came between the verdict and this call.
 */
export const recordPayment = async (
  em: Em,
  intent: CheckoutIntent,
  transferIds: readonly string[],
  now: Date,
): Promise<void> => {
  const transfers = await em.find(
    TokenTransfer,
    { intent, id: { $in: transferIds.map(BigInt) } },
    { orderBy: [{ blockTime: 'asc' }, { id: 'asc' }] },
  );
  const completing = transfers.at(-1);
  if (!completing || transfers.length !== transferIds.length)
    throw new Error(`Intent ${intent.id}: payment transfers not found`);
  if (!intent.confirmedAt && transfers.some(({ state }) => state !== 'confirmed')) {
    throw new TransitionError(`Intent ${intent.id}: a transfer of the payment is not confirmed any more`);
  }
  for (const transfer of transfers) transfer.inPayment = true;
  if (intent.confirmedAt) return;

  const groups = groupByToken(transfers);
  const fee = groups.reduce(
    (total, group) => total + feeOfSettlement(group.baseUnits, intent.feeRateE9) * group.unitsPerBase,
    0n,
  );
  const paid = transfers.reduce((total, { amountUnits }) => total + amountUnits, 0n);

  intent.confirmedAt = now;
  intent.paymentMethodType = await methodOfTransaction(em, intent.id, completing.txHash);
  intent.paidChainId = completing.chainId;
  intent.paidCoin = completing.coin;
  intent.paidToken = completing.token;
  intent.txHash = completing.txHash;
  intent.txFrom = completing.fromAddress;
  intent.txTo = completing.toAddress;
  intent.actualPaidUnits = paid;
  intent.serviceFeeUnits = fee;
  intent.netIncomeUnits = paid - fee;
  intent.surplusUnits = paid > intent.amountUnits ? paid - intent.amountUnits : 0n;

  for (const { chainId, token } of groups) {
    em.create(Settlement, { intent, chainId, token, state: 'pending', attempts: 0, availableAt: now, createdAt: now });
  }
  createConfirmedEvent(em, intent, completing, now);
  await em.execute('select pg_notify(?, ?)', [DISPATCH_CHANNEL, '']);
};

const createConfirmedEvent = (em: Em, intent: CheckoutIntent, completing: TokenTransfer, now: Date): void => {
  const id = makeId('evt', randomBytes(16));
  const transactionId = makeId('txn', randomBytes(16));
  const body = confirmedWebhookBody(id, transactionId, {
    intentId: intent.id,
    amountCents: BigInt(intent.amountCents),
    currency: intent.currency ?? null,
    amountUnits: intent.amountUnits,
    coin: completing.coin,
    token: completing.token,
    chainId: completing.chainId,
    txHash: completing.txHash,
    txFrom: completing.fromAddress,
    paymentMethodType: intent.paymentMethodType,
    orderId: intent.orderId ?? null,
    userId: intent.userId ?? null,
    userName: intent.userName ?? null,
    extraJson: intent.extra ?? null,
  });
  em.create(WebhookEvent, {
    id,
    transactionId,
    store: intent.store,
    intent,
    eventType: CONFIRMED_EVENT,
    body,
    state: 'pending',
    createdAt: now,
  });
  em.create(Dispatch, {
    kind: 'start_webhook',
    subjectId: id,
    dedupeKey: `start_webhook:${id}`,
    data: {},
    attempts: 0,
    availableAt: now,
    createdAt: now,
  });
};

interface TokenGroup {
  chainId: number;
  token: TokenTransfer['token'];
  baseUnits: bigint;
  unitsPerBase: bigint;
}

/** Settlements pay by (chain, token); so the fee is rounded once for each. */
const groupByToken = (transfers: readonly TokenTransfer[]): TokenGroup[] => {
  const groups = new Map<string, TokenGroup>();
  for (const { chainId, token, amountBaseUnits, amountUnits } of transfers) {
    const group = groups.get(`${chainId}:${token}`) ?? {
      chainId,
      token,
      baseUnits: 0n,
      unitsPerBase: amountUnits / amountBaseUnits,
    };
    groups.set(`${chainId}:${token}`, { ...group, baseUnits: group.baseUnits + amountBaseUnits });
  }
  return [...groups.values()];
};
