// An order is SEND_BACK while a refund of it is under way, then what it was before (decision 0054). The workflow is told of both, so that
// its search attribute follows, and new money is reviewed meanwhile.
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus, isRefundable } from '#domain/status.ts';
import { queueDispatch } from '../dispatch/outbox.ts';
import { changeIntent } from '../intents/change-intent.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

interface Shown {
  id: bigint;
  intentId: IntentId;
  /** How often a reorganisation has removed it: what follows is signalled again. */
  removals: number;
}

/**
 * The intent's row must be locked.
 * @param step `found`: it was withdrawn, and was sent all the same; `removed`: by a reorganisation, after it was confirmed
 */
export const showUnderWay = async (
  em: Em,
  { id, intentId, removals }: Shown,
  step: 'begun' | 'found' | 'removed' = 'begun',
): Promise<void> => {
  const { status } = await kyselyOf(em)
    .selectFrom('CheckoutIntent')
    .select('status')
    .where('id', '=', intentId)
    .executeTakeFirstOrThrow();
  // The refund of other money can come back while the order waits for its payment: then the order goes on waiting.
  const moves = step === 'begun' || isRefundable(status);
  await changeIntent(em, {
    intentId,
    actor: 'operator',
    ...(moves ? { to: IntentStatus.SEND_BACK } : {}),
    data: { send_back_id: String(id), ...(step === 'removed' ? { refund: step } : {}) },
  });
  await tellWorkflow(em, intentId, keyOf(id, step, removals));
};

/** Returns the order to what it was, unless another refund of it is under way. The intent's row must be locked. */
export const showEnded = async (
  em: Em,
  { id, intentId, removals }: Shown,
  outcome: { refund: 'confirmed' | 'failed' | 'withdrawn'; reason?: string },
): Promise<void> => {
  const db = kyselyOf(em);
  const running = await db
    .selectFrom('Refund')
    .select('id')
    .where('intent', '=', intentId)
    .where('state', 'in', ['signed', 'sent'])
    .limit(1)
    .executeTakeFirst();
  const stood = await db
    .selectFrom('TimelineEvent as e')
    .innerJoin('CheckoutIntent as i', 'i.id', 'e.intent')
    .select('e.statusFrom')
    .where('i.id', '=', intentId)
    .where('i.status', '=', IntentStatus.SEND_BACK)
    .where('e.kind', '=', 'status')
    .where('e.statusTo', '=', IntentStatus.SEND_BACK)
    .orderBy('e.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!running && stood?.statusFrom !== undefined && stood.statusFrom !== null) {
    const data = { send_back_id: String(id), ...outcome };
    await changeIntent(em, { intentId, actor: 'operator', to: stood.statusFrom, data });
  }
  await tellWorkflow(em, intentId, keyOf(id, outcome.refund, removals));
};

const keyOf = (id: bigint, step: string, removals: number): string =>
  `refund:${id}:${step}${removals > 0 ? `:${removals}` : ''}`;

const tellWorkflow = async (em: Em, intentId: IntentId, dedupeKey: string): Promise<void> => {
  await queueDispatch(em, {
    kind: 'signal_intent',
    subjectId: intentId,
    dedupeKey,
    data: { signal: 'reviewResolved' },
  });
};
