// After the faults: everything is whole again, people finish what they began, and the system comes to rest. Conditions, not pauses,
// say when.
import { Connection } from '@temporalio/client';
import { RESEND_INTERVAL_MS } from '#activities/email-resend.ts';
import { requestRedelivery } from '#db/delivery/webhook-actions.ts';
import { EmailMessage } from '#db/entities/email.entity.ts';
import { readOrderRef } from '#db/intents/order-ref.ts';
import { resolveReview } from '#db/reviews/review-decisions.ts';
import { UserError } from '#domain/errors.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { TEMPORAL_NAMESPACE } from '#scripts/lib/stack/temporal.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { emailWorkflowId, intentWorkflowId } from '#workflows/messages.ts';
import { cancel } from './pages.ts';
import { CHAIN_IDS, type ChainId } from './stack.ts';
import { randomFor, type World } from './world.ts';

const HEALTHY_WITHIN_MS = 240_000;
/** Retries of workflows that lost their task, after a series of faults. */
const AT_REST_WITHIN_MS = 900_000;
/** Then e-mails still queue for their turns: as long as their number takes at the product's pace, and the retries of the last ones. */
const EMAILS_WITHIN_MS = (count: number): number => 120_000 + 1.25 * count * RESEND_INTERVAL_MS;
const RELEASED_WITHIN_MS = 60_000;
const POLL_MS = 1_000;
/** A person asks again after this time. */
const AGAIN_MS = 20_000;
/** More do not get their turn in that time. */
const EMAILS_AT_ONCE = Math.ceil(AGAIN_MS / RESEND_INTERVAL_MS);

const ACTOR = { kind: 'command', id: 'simulation', email: null } as const;

/** What is not at rest, as the database says. */
const LEFT = `select
  (select coalesce(json_agg(json_build_object('id', i.id, 'status', i.status, 'hasMoney',
     exists (select from token_transfer t where t.intent_id = i.id and t.state <> 'orphaned'))), '[]')
   from checkout_intent i where i.status in (1, 2, 3, 4, 5, 10)) as intents,
  (select coalesce(json_agg(id::text order by id), '[]') from review_item where state = 'open') as reviews,
  (select coalesce(json_agg(json_build_object('id', id, 'store', store_id)), '[]') from webhook_event where state = 'pending') as webhooks,
  (select count(*)::int from dispatch where done_at is null) as dispatches,
  (select count(*)::int from token_transfer where state = 'seen') as seen,
  (select coalesce(json_agg(json_build_object('id', id::text, 'chain', chain_id, 'source', source,
     'deadline', extract(epoch from deadline)::float8)), '[]') from send_back where state in ('signed', 'sent')) as refunds,
  (select count(*)::int from settlement where state in ('pending', 'sending')) as settlements,
  (select coalesce(json_agg(id order by created_at), '[]') from email_message where state = 'pending') as emails,
  (select coalesce(json_agg(json_build_object('chain', chain_id, 'block', block_number, 'final', final_block_number, 'trouble', trouble)), '[]')
   from chain_cursor) as cursors`;

interface Left {
  intents: { id: string; status: number; hasMoney: boolean }[];
  reviews: string[];
  webhooks: { id: string; store: string }[];
  dispatches: number;
  seen: number;
  settlements: number;
  refunds: { id: string; chain: ChainId; source: string; deadline: number }[];
  emails: string[];
  cursors: { chain: number; block: number; final: number; trouble: string | null }[];
}

export const readLeft = async ({ stack }: World): Promise<Left> => {
  const [row] = await stack.orm.em.fork().execute<Left[]>(LEFT);
  if (!row) throw new Error('no row');
  return row;
};

/** Does something for the same thing again only after a while. */
const patiently = () => {
  const last = new Map<string, number>();
  return async (key: string, act: () => Promise<unknown>): Promise<void> => {
    if (performance.now() - (last.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    last.set(key, performance.now());
    try {
      await act();
    } catch (error) {
      // The rules may forbid it now; then another way, or later.
      if (!(error instanceof UserError)) throw error;
    }
  };
};

export const untilHealthy = async ({ stack }: World): Promise<void> =>
  void (await waitFor(async () => await stack.isHealthy(), {
    what: 'healthy web and worker after the faults',
    timeoutMs: HEALTHY_WITHIN_MS,
    intervalMs: 500,
  }));

/** People decide on money that the rules leave to them. */
export const decideReviews = async (
  world: World,
  ids: readonly string[],
  turn: ReturnType<typeof patiently>,
): Promise<void> => {
  for (const id of ids) {
    const random = randomFor(world.seed, 'review', Number(id));
    const outcomes = random.once(2) ? (['accepted', 'closed'] as const) : (['closed'] as const);
    for (const outcome of outcomes) {
      const em = world.stack.orm.em.fork();
      const decision = { reviewItemId: id, outcome, reason: 'simulation', actor: ACTOR };
      await turn(`${id} ${outcome}`, async () => await resolveReview(em, decision));
    }
  }
};

/**
 * Retries of an e-mail get rare after some failures; an operator resets its activity, as in Temporal's pages. In an order's workflow
 * that resets all its e-mails.
 */
const sendNow = async ({ stack }: World, id: string): Promise<void> => {
  const email = await stack.orm.em.fork().findOneOrFail(EmailMessage, id, { fields: ['ownWorkflow', 'intent'] });
  const order = email.ownWorkflow || !email.intent ? null : await readOrderRef(stack.orm.em, email.intent.id);
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    await connection.workflowService.resetActivity({
      namespace: TEMPORAL_NAMESPACE,
      identity: 'simulation',
      execution: { workflowId: order ? intentWorkflowId(order) : emailWorkflowId(id) },
      type: 'sendEmail',
    });
  } catch {
    // It runs at this moment, or has just ended.
  } finally {
    await connection.close();
  }
};

/** A release order that the contract rejected stays open until its deadline: the chain's clock passes it. */
const expireReleases = async (
  { stack, log }: World,
  refunds: Left['refunds'],
  openSince: Map<string, number>,
): Promise<void> => {
  for (const { id, chain, source, deadline } of refunds) {
    const since = openSince.get(id) ?? performance.now();
    openSince.set(id, since);
    if (source !== 'deposit' || performance.now() - since < RELEASED_WITHIN_MS) continue;
    const { timestamp } = await rpcCall<{ timestamp: string }>(stack.nodeUrl(chain), 'eth_getBlockByNumber', [
      'latest',
      false,
    ]);
    const missing = Math.ceil(deadline - Number(timestamp)) + 5;
    if (missing <= 0) continue;
    log(`release of refund ${id} was not carried out: ${chain} passes its deadline`);
    await rpcCall(stack.nodeUrl(chain), 'evm_increaseTime', [missing]);
  }
};

/** Undefined at rest; else what is left after the longest time. */
export const settle = async (world: World): Promise<string | undefined> => {
  const { stack, shops, orders } = world;
  const live = new Set(shops.filter(({ isReceiverDead }) => !isReceiverDead).map(({ storeId }) => storeId));
  const byId = new Map<string, (typeof orders)[number]>(orders.map((order) => [order.id, order]));
  const turn = patiently();
  const openSince = new Map<string, number>();
  const heads = new Map<number, number>();
  for (const id of CHAIN_IDS) heads.set(id, Number(await rpcCall<string>(stack.nodeUrl(id), 'eth_blockNumber')));
  let last: unknown;
  const goOn = async (): Promise<{ emails: number; others: number }> => {
    const left = await readLeft(world);
    await decideReviews(world, left.reviews, turn);
    for (const { id, hasMoney } of left.intents) {
      const order = byId.get(id);
      if (order && !hasMoney) await turn(`cancel ${id}`, async () => await cancel(world, order));
    }
    const webhooks = left.webhooks.filter(({ store }) => live.has(store));
    for (const { id } of webhooks)
      await turn(`webhook ${id}`, async () => await requestRedelivery(stack.orm.em.fork(), id));
    const behind = left.cursors.filter(({ chain, final, trouble }) => trouble || final < (heads.get(chain) ?? 0));
    for (const id of left.emails.slice(0, EMAILS_AT_ONCE))
      await turn(`e-mail ${id}`, async () => await sendNow(world, id));
    await world.refunding.goOn(world);
    await expireReleases(world, left.refunds, openSince);
    const { dispatches, seen, settlements, refunds, emails, intents, reviews } = left;
    last = { intents, reviews, webhooks, dispatches, seen, settlements, refunds, emails, behind };
    const lists = [intents, reviews, webhooks, refunds, behind];
    return {
      emails: emails.length,
      others: lists.reduce((sum, { length }) => sum + length, dispatches + seen + settlements),
    };
  };
  try {
    const emails = await waitFor(
      async () => {
        const left = await goOn();
        return left.others === 0 && left.emails;
      },
      { what: 'rest', timeoutMs: AT_REST_WITHIN_MS, intervalMs: POLL_MS },
    );
    world.log(`everything but ${emails} e-mails is at rest`);
    await waitFor(
      async () => {
        const left = await goOn();
        return left.others + left.emails === 0;
      },
      { what: `rest of ${emails} e-mails`, timeoutMs: EMAILS_WITHIN_MS(emails), intervalMs: POLL_MS },
    );
    return undefined;
  } catch (error) {
    world.log(`not at rest: ${(error as Error).message}`);
    return JSON.stringify(last);
  }
};
