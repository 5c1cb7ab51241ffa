// A payer whom screening refused before anything was sent. The page writes down the fact; the intent's workflow, woken through the
// outbox, decides by it (domain/payment-rules.ts), so this works while Temporal is down too.
import { LockMode } from '@mikro-orm/core';
import type { Address } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { isAwaitingPayment } from '#domain/status.ts';
import { DISPATCH_CHANNEL } from '../dispatch/outbox.ts';
import { CheckoutIntent, Dispatch, TimelineEvent } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';

/** Notes the payer and wakes the workflow, once for each intent and address. Nothing when the intent awaits no payment. */
export const recordDeniedPayer = (entityManager: Em, intentId: IntentId, payer: Address): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const intent = await em.findOneOrFail(CheckoutIntent, intentId, {
      lockMode: LockMode.PESSIMISTIC_WRITE,
      refresh: true,
    });
    const dedupeKey = `payer_denied:${intentId}:${payer}`;
    if (!isAwaitingPayment(intent.status) || (await em.count(Dispatch, { dedupeKey })) > 0) return;
    const now = new Date();
    em.create(TimelineEvent, {
      intent,
      kind: 'payer_denied',
      statusFrom: null,
      statusTo: null,
      data: { payer },
      createdAt: now,
    });
    em.create(Dispatch, {
      kind: 'signal_intent',
      subjectId: intentId,
      dedupeKey,
      data: { signal: 'payerDenied' },
      attempts: 0,
      availableAt: now,
      createdAt: now,
    });
    await em.flush();
    await em.execute('select pg_notify(?, ?)', [DISPATCH_CHANNEL, '']);
  });

/** SQL: whether such a payer was noted for the intent `i`. */
export const HAS_DENIED_PAYER = `exists (
  select from timeline_event denied where denied.intent_id = i.id and denied.kind = 'payer_denied')`;
