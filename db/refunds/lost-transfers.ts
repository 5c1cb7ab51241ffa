// Transfers that left merchants' wallets in a time that the database has lost, and that no request asked for (decision 0108): one that
// refunds exactly one order is recorded as that refund; of any other that may be a refund, the orders say so.
import type { Address } from '#domain/address.ts';
import { eventKey, isTaken, type SentMoney } from '#domain/chain-events.ts';
import { networkName, tokenName } from '#domain/chains.ts';
import { formatUnits, unitsOf, ZERO } from '#domain/money.ts';
import { type FeeBearer, quoteRefund, type RefundQuote, type RefundShare, wholeReview } from '#domain/refunds.ts';
import { isRefundable } from '#domain/status.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { notify } from '../sql.ts';
import { foundOnChain } from './forgotten-refunds.ts';
import { takenRefundEvents } from './refund-outcomes.ts';
import { type RefundableOrder, readRefundableOrder } from './refundable-order.ts';
import { recordRefund } from './refunds.ts';

/** `unknown`: no order that this database knows can be meant, or not yet. `taken`: it is a refund that has its record. */
export type LostTransfer = 'recorded' | 'noted' | 'taken' | 'unknown';

/** Of one payer at one receiver: older ones are hardly refunded. */
const MOST_ORDERS = 50;

interface Candidate {
  order: RefundableOrder;
  share: RefundShare;
}
interface Fit extends Candidate {
  feeBearer: FeeBearer;
  quote: RefundQuote;
}

/** Wallets of merchants, of any time. It reads all paid orders, so not often. */
export const listReceivers = async (em: Em): Promise<Address[]> => {
  const db = kyselyOf(em.fork());
  const [ofOrders, ofStores] = await Promise.all([
    db.selectFrom('CheckoutIntent').select('receiver').distinct().where('confirmedAt', 'is not', null).execute(),
    db.selectFrom('Store').select('receiver').distinct().execute(),
  ]);
  return [...new Set([...ofOrders, ...ofStores].flatMap(({ receiver }) => receiver ?? []))];
};

/** Whether the watcher has read the chain up to this block, so that payments up to it are known. */
export const isWatchedTo = async (em: Em, chainId: number, block: bigint): Promise<boolean> => {
  const cursor = await kyselyOf(em.fork())
    .selectFrom('ChainCursor')
    .select('blockNumber')
    .where('chainId', '=', chainId)
    .executeTakeFirst();
  return cursor !== undefined && BigInt(cursor.blockNumber) >= block;
};

/** Safe to repeat. Throws UserError as `recordRefund`. */
export const explainSentMoney = async (em: Em, chainId: number, sent: SentMoney): Promise<LostTransfer> => {
  const taken = await takenRefundEvents(em, { id: '0', chainId, toAddress: sent.to, txHash: null });
  if (isTaken(taken, sent)) return 'taken';
  const candidates = await candidatesFor(em, chainId, sent);
  const fits = candidates.flatMap((candidate) => fitOf(candidate, sent) ?? []);
  const [fit, another] = fits;
  if (fit && !another) {
    await record(em, sent, fit);
    return 'recorded';
  }
  for (const candidate of fits.length > 0 ? fits : candidates) await note(em, sent, candidate);
  return candidates.length > 0 ? 'noted' : 'unknown';
};

/** Orders whose receiver sent it to somebody who had paid them before, in this token, and who has that much left; the newest first. */
const candidatesFor = async (em: Em, chainId: number, sent: SentMoney): Promise<Candidate[]> => {
  const rows = await kyselyOf(em.fork())
    .selectFrom('TokenTransfer as t')
    .innerJoin('CheckoutIntent as i', 'i.id', 't.intent')
    .select(['i.id', 'i.store as storeId'])
    .distinct()
    .where('t.fromAddress', '=', sent.to)
    .where('t.chainId', '=', chainId)
    .where('t.token', '=', sent.token)
    .where('t.state', '=', 'confirmed')
    .where('t.blockNumber', '<=', sent.block.number)
    .where('i.receiver', '=', sent.from)
    .orderBy('i.id', 'desc')
    .limit(MOST_ORDERS)
    .execute();
  const candidates: Candidate[] = [];
  for (const { id, storeId } of rows) {
    const order = await readRefundableOrder(em.fork(), storeId, id);
    const share = order?.shares.find(
      (one) => one.chainId === chainId && one.token === sent.token && one.payer === sent.to,
    );
    if (!order || !share || !isRefundable(order.status)) continue;
    // What is prepared and not seen yet gets its own event from the follower of open refunds.
    const isAwaited = order.refunds.some(
      ({ state, token, toAddress, amountBaseUnits }) =>
        state === 'signed' && token === sent.token && toAddress === sent.to && amountBaseUnits === sent.amountBaseUnits,
    );
    if (!isAwaited && share.remainingBaseUnits >= sent.amountBaseUnits) candidates.push({ order, share });
  }
  return candidates;
};

/** The refund of all that is left, with the fee borne by one side or the other, as the dashboard would have prepared it. */
const fitOf = ({ order, share }: Candidate, { amountBaseUnits }: SentMoney): Fit | undefined =>
  (['merchant', 'payer'] as const)
    .map((feeBearer) => {
      const terms = { source: 'wallet', feeBearer, feeRateE9: order.feeRateE9 } as const;
      return { order, share, feeBearer, quote: quoteRefund(share.remainingBaseUnits, terms) };
    })
    .find(({ quote }) => quote.leavesBaseUnits === amountBaseUnits);

const record = async (em: Em, sent: SentMoney, { order, share, feeBearer, quote }: Fit): Promise<void> => {
  await recordRefund(em, {
    ...{ storeId: order.storeId, intentId: order.intentId, of: share, source: 'wallet', toAddress: sent.to, feeBearer },
    ...{ amountBaseUnits: quote.leavesBaseUnits, feeBaseUnits: ZERO, withheldBaseUnits: quote.withheldBaseUnits },
    ...{ reviewItemId: wholeReview(share, share.remainingBaseUnits), requestId: null, orderDigest: null },
    ...foundOnChain(sent, order.receiver),
  });
};

/** Once for each order and event. */
const note = (entityManager: Em, sent: SentMoney, { order, share }: Candidate): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const { intentId } = order;
    const event = eventKey(sent);
    const db = kyselyOf(em);
    await db.selectFrom('CheckoutIntent').select('id').where('id', '=', intentId).forUpdate().execute();
    const noted = await db
      .selectFrom('TimelineEvent')
      .select('id')
      .where('intent', '=', intentId)
      .where('kind', '=', 'note')
      .where((eb) => eb(eb.ref('data', '->>').key('event'), '=', event))
      .executeTakeFirst();
    if (noted) return;
    const data = { by: 'AllScale Checkout', text: textOf(sent, share), event };
    await em.insert(TimelineEvent, { intent: intentId, kind: 'note', data });
    await notify(em, INTENT_CHANGED_CHANNEL, intentId);
  });

const textOf = ({ txHash, amountBaseUnits }: SentMoney, { chainId, token, coin, payer, unitsPerBase }: RefundShare) => {
  const amount = formatUnits(unitsOf(amountBaseUnits * unitsPerBase));
  return (
    `${amount} ${tokenName(chainId, token, coin)} went from the receiving wallet to the payer ${payer} on ${networkName(chainId)} ` +
    `while the records of that time were lost (transaction ${txHash}). If it was a refund of this order, ` +
    'record it ("Paid elsewhere") before you refund the order again.'
  );
};
