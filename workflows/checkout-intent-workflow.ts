// Follows the money of one checkout intent (docs/architecture.md sections 4 and 5). It sleeps until a message or the checkout clock wakes
// it. One local activity (`assessOrder`) then reads the ledger, decides and writes; what is due after that is delivered in branches
// (order-deliveries.ts). It ends when the verdict stands and every delivery has ended. Where `deliveries` is null, or input lacks a
// member, the run is of an older release.
import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { IntentActivities } from '#activities/intent.ts';
import type { IntentId } from '#domain/ids.ts';
import { assessFacts, type IntentView, MAX_ROUNDS, stands, viewOf } from '#domain/payment-look.ts';
import { type IntentStatus, isAwaitingPayment, isTerminal, statusName } from '#domain/status.ts';
import {
  CANCEL_REFUSED,
  type CheckoutIntentInput,
  cancel,
  deliveriesDue,
  payerDenied,
  redeliverWebhook,
  reviewResolved,
  transferConfirmed,
  transferOrphaned,
  transferSeen,
  waitingFor,
} from './messages.ts';
import { showOrder, showStatus } from './order-attributes.ts';
import { carryDeliveries } from './order-deliveries.ts';

const LOCAL = {
  // One short transaction; a hanging connection is abandoned.
  startToCloseTimeout: '10 seconds',
  // Retries for ever, because Postgres may be down for minutes. Pauses above 5 s become server timers: they keep no workflow task
  // open, whose heartbeats would grow the history.
  localRetryThreshold: '5 seconds',
  retry: { initialInterval: '250 milliseconds', backoffCoefficient: 3, maximumInterval: '30 seconds' },
} as const;
const { lookAndWrite, loadIntent, applyAssessment, cancelIntent } = proxyLocalActivities<IntentActivities>(LOCAL);
/** The same with a summary for Temporal's pages. */
const assessing = (reason: string) =>
  proxyLocalActivities<IntentActivities>({ ...LOCAL, summary: `Read the ledger: ${reason}` });

/** Watchers need a moment after the deadline to read a later block. */
const DEADLINE_GRACE_MS = 5_000;
/**
 * While a watcher is behind the deadline, the pause before the next read is a quarter of the time that the intent is blocked. A short
 * outage ends at once; a chain that never returns costs four reads an hour.
 */
const BLOCKED_PAUSE_SHARE = 1 / 4;
const BLOCKED_PAUSE_MIN_MS = 2_000;
const BLOCKED_PAUSE_MAX_MS = 15 * 60_000;

/** @returns the name of the final status */
export async function checkoutIntentWorkflow(input: CheckoutIntentInput): Promise<string> {
  const { intentId } = input;
  let known: IntentView | null = null;
  let needsPerson = false;
  let clockAt: number | null = Date.parse(input.expiresAt) + DEADLINE_GRACE_MS;
  let blockedSince = input.inVainSince ?? null;
  let message = `a payment, until ${input.expiresAt}`;
  const inTurn = input.oneAtATime ? createQueue() : atOnce;
  /** Null in runs of older releases, whose deliveries have workflows of their own. */
  const deliveries = input.carries ? carryDeliveries(input.carries.storeId, input.webhooks ?? [], () => tell()) : null;

  const inbox = openInbox(input.assessNow ?? false, (eventId) => deliveries?.requestWebhook(eventId));

  const tell = (): void => {
    const isOver = known !== null && isTerminal(known.status);
    const first = isOver && known ? `${statusName(known.status)}.` : waitingLine(message);
    setCurrentDetails([first, ...(deliveries?.stories() ?? [])].join('\n'));
  };
  const say = (next: string): void => {
    message = next;
    tell();
  };
  const rejectCancel = (view: IntentView | null): void => {
    if (view && (!isAwaitingPayment(view.status) || view.hasMoney)) throw cancelRefused(view.status);
  };
  setHandler(waitingFor, () => message);
  setHandler(
    cancel,
    async () => {
      const { canceled, status } = await inTurn(() => cancelIntent(intentId));
      if (!canceled) throw cancelRefused(status);
      inbox.wake('the shopper canceled');
      return status;
    },
    { validator: () => rejectCancel(known) },
  );
  say(message);

  const read = async (): Promise<IntentView> => {
    if (!deliveries) return input.oneLook ? await inTurn(() => lookAndWrite(intentId)) : await decideInSteps(intentId);
    const mark = deliveries.mark();
    const view = await inTurn(() => assessing(inbox.reason).assessOrder(intentId));
    needsPerson = view.needsPerson;
    deliveries.start(view.due, mark);
    return view;
  };
  if (deliveries && input.dueAtStart && !inbox.isWoken) {
    const mark = deliveries.mark();
    const { due } = await inTurn(() => assessing('start').readDeliveries(intentId));
    deliveries.start(due, mark);
  }

  let isFailing = false;
  /** Something besides the clock ended the wait. */
  const isTurn = (): boolean =>
    inbox.isWoken ||
    (deliveries !== null &&
      (deliveries.isFailing() !== isFailing ||
        (known !== null && isTerminal(known.status) && !deliveries.isRunning())));

  for (;;) {
    let isTime = false;
    if (clockAt === null) await condition(isTurn);
    else
      isTime = !(await condition(isTurn, Math.max(clockAt - Date.now(), 1), { summary: `Checkout clock: ${message}` }));
    if (inbox.isWoken || isTime) {
      if (isTime) inbox.reason = 'the checkout clock';
      inbox.isWoken = false; // One assessment covers all messages that arrived.
      known = await read();
      if (isTerminal(known.status)) clockAt = null;
      else if (known.wakeAt === null || known.wakeAt > Date.now()) {
        blockedSince = null;
        clockAt = known.wakeAt === null ? null : known.wakeAt + DEADLINE_GRACE_MS;
      } else {
        blockedSince ??= Date.now();
        // Older runs had other pauses. A replay compares that a timer was set, not its duration.
        clockAt = Date.now() + blockedPause(Date.now() - blockedSince);
      }
    }
    if (deliveries) {
      isFailing = deliveries.isFailing();
      if (known) showOrder(known, { isBlocked: blockedSince !== null, isFailing, needsPerson });
    } else if (known) showStatus(known);

    if (known && isTerminal(known.status)) {
      tell();
      if (!deliveries?.isRunning()) {
        await condition(allHandlersFinished);
        if (!inbox.isWoken) break;
      }
    } else if (known) say(waitingMessage(known, blockedSince));

    const canContinue = !inbox.isWoken && allHandlersFinished() && (deliveries?.canLeave() ?? true);
    if (workflowInfo().continueAsNewSuggested && canContinue) {
      const kept = deliveries ? { dueAtStart: true, webhooks: deliveries.positions() } : {};
      await continueAsNew<typeof checkoutIntentWorkflow>({
        ...input,
        ...kept,
        assessNow: true,
        inVainSince: blockedSince,
      });
    }
  }
  if (!deliveries) setCurrentDetails(`Ended: ${statusName(known.status)}.`);
  return statusName(known.status);
}

interface Inbox {
  /** A message came that no reading has covered. */
  isWoken: boolean;
  /** What the last message was, for Temporal's pages. */
  reason: string;
  wake(reason: string): void;
}

/** Receives the signals. A signal only makes the workflow read the ledger. */
const openInbox = (isWoken: boolean, onRedelivery: (eventId: string) => void): Inbox => {
  const inbox: Inbox = {
    isWoken,
    reason: 'start',
    wake(reason) {
      inbox.isWoken = true;
      inbox.reason = reason;
    },
  };
  setHandler(transferSeen, () => inbox.wake('a payment was seen'));
  setHandler(transferConfirmed, () => inbox.wake('a payment was confirmed'));
  setHandler(transferOrphaned, () => inbox.wake('a payment vanished'));
  setHandler(reviewResolved, () => inbox.wake('a person decided'));
  setHandler(payerDenied, () => inbox.wake('a payer was denied'));
  setHandler(deliveriesDue, () => inbox.wake('something is due'));
  setHandler(redeliverWebhook, ({ eventId }) => {
    onRedelivery(eventId);
    inbox.wake('a webhook is to be delivered again');
  });
  return inbox;
};

const waitingLine = (message: string): string =>
  message.startsWith(BLOCKED) ? `${message}.` : `Waiting for ${message}.`;

const atOnce = <T>(work: () => Promise<T>): Promise<T> => work();

/** Runs one piece of work after another: a cancel arrives while the ledger is read, or two of them in one task. */
const createQueue = (): typeof atOnce => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const own = last.then(work);
    last = own.catch(() => {});
    return own;
  };
};

/** The path of runs that were started before `lookAndWrite`: reads, decides here and writes until nothing is left to write. */
const decideInSteps = async (intentId: IntentId): Promise<IntentView> => {
  let facts = await loadIntent(intentId);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const assessment = assessFacts(facts);
    if (stands(facts, assessment)) return viewOf(facts, assessment);
    const { status, extendTo, reviews, paymentTransferIds } = assessment;
    const decidedOn = facts.status;
    facts = await applyAssessment({ intentId, decidedOn, status, extendTo, reviews, paymentTransferIds });
  }
  // Fails the workflow task, not the workflow: Temporal retries it, and shows a failing task until the code is fixed.
  throw new Error(`Intent ${intentId}: status did not converge after ${MAX_ROUNDS} rounds`);
};

const cancelRefused = (status: IntentStatus): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    isAwaitingPayment(status)
      ? 'A payment is on its way: the checkout can no longer be canceled.'
      : 'The checkout is not waiting for a payment any more.',
    CANCEL_REFUSED,
  );

const blockedPause = (blockedForMs: number): number =>
  Math.min(Math.max(blockedForMs * BLOCKED_PAUSE_SHARE, BLOCKED_PAUSE_MIN_MS), BLOCKED_PAUSE_MAX_MS);

const BLOCKED = 'blocked';

const waitingMessage = (
  { wakeAt, waitingFor: what, chainsBehind }: IntentView,
  blockedSince: number | null,
): string => {
  if (wakeAt === null) return what;
  const deadline = new Date(wakeAt).toISOString();
  return blockedSince === null
    ? `${what}, until ${deadline}`
    : `${BLOCKED}: chains ${chainsBehind.join(', ')} behind the deadline ${deadline} since ${new Date(blockedSince).toISOString()}`;
};
