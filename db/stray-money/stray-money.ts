// Money at deposit addresses that is none of our coins (domain/stray-money.ts): recording what was found, and a person's decision.
import { sql } from 'kysely';
import { chainById } from '#domain/chains.ts';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatDecimal } from '#domain/money.ts';
import { type FoundStray, isNativeToken, MAX_STRAY_TOKENS, type StrayOutcome } from '#domain/stray-money.ts';
import { queueStoreEmails } from '../delivery/queue-emails.ts';
import { TimelineEvent } from '../entities/intent.entity.ts';
import { StrayMoney } from '../entities/token.entity.ts';
import { INTENT_CHANGED_CHANNEL } from '../intents/change-intent.ts';
import { kyselyOf } from '../kysely.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { notify, now } from '../sql.ts';

/**
 * Records what was found, once for each (intent, chain, token); an open row gets the new amount. What was released opens again when
 * more is there; what was closed stays closed. Never changes the order's status. @returns how many rows were opened
 */
export const recordStrayMoney = (
  entityManager: Em,
  intentId: IntentId,
  found: readonly FoundStray[],
): Promise<number> =>
  entityManager.transactional(async (em) => {
    let opened = 0;
    for (const stray of found) {
      if (stray.amountBaseUnits <= 0n || (await isOneTooMany(em, intentId, stray))) continue;
      if (await upsert(em, intentId, stray)) {
        opened += 1;
        await em.insert(TimelineEvent, { intent: intentId, kind: 'stray_found', data: factsOf(stray) });
        await announce(em, intentId, stray);
      }
    }
    if (opened > 0) await notify(em, INTENT_CHANGED_CHANNEL, intentId);
    return opened;
  });

/** Anyone can create tokens and send them. The native coin is always recorded. */
const isOneTooMany = async (em: Em, intentId: IntentId, { chainId, token }: FoundStray): Promise<boolean> => {
  if (isNativeToken(token)) return false;
  const known = await em.find(StrayMoney, { intent: intentId }, { fields: ['chainId', 'token'] });
  const tokens = known.filter((row) => !isNativeToken(row.token));
  const isKnown = tokens.some((row) => row.chainId === chainId && row.token === token);
  return !isKnown && tokens.length >= MAX_STRAY_TOKENS;
};

/** @returns whether a row was opened by this */
const upsert = async (em: Em, intentId: IntentId, stray: FoundStray): Promise<boolean> => {
  const { amountBaseUnits, sender, txHash, foundBy, ...rest } = stray;
  const row = await kyselyOf(em)
    .insertInto('StrayMoney')
    .values({ intent: intentId, ...rest, amountBaseUnits, sender, txHash, foundBy })
    .onConflict((conflict) =>
      conflict
        .columns(['intent', 'chainId', 'token'])
        .doUpdateSet((eb) => ({
          amountBaseUnits,
          sender: eb.fn.coalesce(eb.val(sender), 'StrayMoney.sender'),
          txHash: eb.fn.coalesce(eb.val(txHash), 'StrayMoney.txHash'),
          createdAt: sql<Date>`case when stray_money.outcome is null then stray_money.created_at else now() end`,
          outcome: null,
          resolution: null,
          resolvedBy: null,
          resolvedAt: null,
        }))
        .where((eb) => eb.or([eb('StrayMoney.outcome', 'is', null), eb('StrayMoney.outcome', '=', 'released')])),
    )
    .returning(sql<boolean>`created_at = now()`.as('isNew'))
    .executeTakeFirst();
  return row?.isNew ?? false;
};

/** Once for each token of an order, to the recipients of what needs attention. */
const announce = async (em: Em, intentId: IntentId, stray: FoundStray): Promise<void> => {
  const { chainId, token, symbol, decimals, amountBaseUnits, txHash, sender: from } = stray;
  const { store: storeId } = await kyselyOf(em)
    .selectFrom('CheckoutIntent')
    .select('store')
    .where('id', '=', intentId)
    .executeTakeFirstOrThrow();
  const native = isNativeToken(token)
    ? { amount: formatDecimal(amountBaseUnits, decimals ?? 18, 0), symbol: symbol ?? chainById(chainId).nativeSymbol }
    : null;
  await queueStoreEmails(em, 'attention', {
    ...{ kind: 'order_stray', subjectId: `${intentId}:stray:${chainId}:${token}`, storeId, intentId },
    data: { native, token, chainId, txHash, from },
  });
};

const factsOf = ({ chainId, token, symbol, amountBaseUnits, decimals, sender, txHash, foundBy }: FoundStray) => ({
  chain_id: chainId,
  token,
  symbol,
  amount_base_units: String(amountBaseUnits),
  decimals,
  from: sender,
  tx_hash: txHash,
  found_by: foundBy,
});

export interface StrayDecision {
  strayId: string;
  outcome: StrayOutcome;
  reason: string;
  actor: Actor;
  /** Set on a merchant's pages: money of another store is not found. */
  storeId?: string;
}

/** Throws UserError: `stray_not_found`, `stray_resolved`, `reason_missing`. */
export const resolveStray = (entityManager: Em, decision: StrayDecision): Promise<{ intentId: IntentId }> =>
  entityManager.transactional(async (em) => {
    const reason = decision.reason.trim();
    if (reason === '' || reason.length > 1_000)
      throw new UserError('reason_missing', 'reason: say why in 1 to 1,000 characters.');
    const stray = await lockStray(em, decision);
    if (stray.outcome !== null)
      throw new UserError('stray_resolved', `This was decided already, by ${stray.resolvedBy ?? 'somebody else'}.`);
    const { outcome, actor } = decision;
    const by = actor.email ?? actor.id;
    await kyselyOf(em)
      .updateTable('StrayMoney')
      .set({ outcome, resolution: reason, resolvedBy: by, resolvedAt: now })
      .where('id', '=', stray.id)
      .execute();
    const facts = { stray_id: String(stray.id), chain_id: stray.chainId, token: stray.token, outcome };
    await em.insert(TimelineEvent, { intent: stray.intentId, kind: 'stray_resolved', data: { ...facts, reason, by } });
    await writeAudit(em, {
      actor,
      action: `stray.${outcome}`,
      subjectKind: 'intent',
      subjectId: stray.intentId,
      merchantId: stray.merchantId,
      storeId: stray.storeId,
      reason,
      data: facts,
    });
    await notify(em, INTENT_CHANGED_CHANNEL, stray.intentId);
    return { intentId: stray.intentId };
  });

const lockStray = async (em: Em, { strayId, storeId }: StrayDecision) => {
  const notFound = () => new UserError('stray_not_found', `There is no such money: ${strayId}.`);
  if (!/^\d{1,18}$/.test(strayId)) throw notFound();
  const stray = await kyselyOf(em)
    .selectFrom('StrayMoney as m')
    .innerJoin('CheckoutIntent as i', 'i.id', 'm.intent')
    .innerJoin('Store as s', 's.id', 'i.store')
    .select(['m.id', 'm.chainId', 'm.token', 'm.outcome', 'm.resolvedBy'])
    .select(['i.id as intentId', 's.id as storeId', 's.merchant as merchantId'])
    .where('m.id', '=', BigInt(strayId))
    .forUpdate('m')
    .executeTakeFirst();
  if (!stray || (storeId !== undefined && stray.storeId !== storeId)) throw notFound();
  return stray;
};
