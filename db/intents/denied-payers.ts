// Payers that screening denied before they sent anything. The page records the payer and signals the intent's workflow through the
// outbox, so this also works while Temporal is down. The workflow decides (domain/payment-rules.ts).
import { LockMode } from '@mikro-orm/core';
import type { Address } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { isAwaitingPayment } from '#domain/status.ts';
import { queueDispatch } from '../dispatch/outbox.ts';
import { CheckoutIntent, TimelineEvent } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';

/** Records the payer and signals the workflow, once for each intent and address. Does nothing when the intent does not await a payment. */
export const recordDeniedPayer = (entityManager: Em, intentId: IntentId, payer: Address): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const intent = await em.findOneOrFail(CheckoutIntent, intentId, {
      lockMode: LockMode.PESSIMISTIC_WRITE,
      refresh: true,
    });
    if (!isAwaitingPayment(intent.status)) return;
    const signal = { kind: 'signal_intent', subjectId: intentId, data: { signal: 'payerDenied' } } as const;
    if ((await queueDispatch(em, { ...signal, dedupeKey: `payer_denied:${intentId}:${payer}` })) === 0) return;
    await em.insert(TimelineEvent, { intent: intentId, kind: 'payer_denied', data: { payer } });
  });

/** SQL: whether a denied payer was recorded for the intent `i`. */
export const HAS_DENIED_PAYER = `exists (
  select from timeline_event denied where denied.intent_id = i.id and denied.kind = 'payer_denied')`;
