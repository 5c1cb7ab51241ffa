// Follows the money of one checkout intent (docs/architecture.md sections 4 and 5). It sleeps until a message or the checkout clock
// wakes it, reads the ledger, decides by the rules of domain/, writes the verdict, and ends when the status is terminal.
import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { IntentActivities } from '#activities/intent.ts';
import { assessFacts, type IntentView, MAX_ROUNDS, stands, viewOf } from '#domain/payment-look.ts';
import { type IntentStatus, isAwaitingPayment, isTerminal, statusName } from '#domain/status.ts';
import {
  CANCEL_REFUSED,
  CheckoutChainId,
  type CheckoutIntentInput,
  CheckoutStatus,
  cancel,
  payerDenied,
  reviewResolved,
  transferConfirmed,
  transferOrphaned,
  transferSeen,
  waitingFor,
} from './messages.ts';

const { lookAndWrite, loadIntent, applyAssessment, cancelIntent } = proxyLocalActivities<IntentActivities>({
  // One short transaction; a connection that hangs is given up.
  startToCloseTimeout: '10 seconds',
  // Postgres may be down for minutes: tried for ever. Pauses above 5 s are the server's timers, so that a workflow task is
  // neither held open nor kept alive by heartbeats that grow the history.
  localRetryThreshold: '5 seconds',
  retry: { initialInterval: '250 milliseconds', backoffCoefficient: 3, maximumInterval: '30 seconds' },
});

/** Watchers need a moment after the deadline to pass a later block; looking earlier would be in vain. */
const DEADLINE_GRACE_MS = 5_000;
/**
 * While a watcher is behind, the pause before the next look is a quarter of the time since the first one in vain: a short outage
 * is answered at once, and a chain that is gone for good costs four looks an hour instead of a poll for ever.
 */
const LOOK_AGAIN_SHARE = 1 / 4;
const LOOK_AGAIN_MIN_MS = 2_000;
const LOOK_AGAIN_MAX_MS = 15 * 60_000;

/** @returns the name of the status that stands in the end */
export async function checkoutIntentWorkflow(input: CheckoutIntentInput): Promise<string> {
  const { intentId } = input;
  let known: IntentView | null = null;
  let woken = input.assessNow ?? false;
  let clockAt: number | null = Date.parse(input.expiresAt) + DEADLINE_GRACE_MS;
  let inVainSince = input.inVainSince ?? null;
  let message = `a payment, until ${input.expiresAt}`;

  const say = (next: string): void => {
    message = next;
    setCurrentDetails(`Waiting for ${next}.`);
  };
  const wake = (): void => {
    woken = true;
  };
  const refuseCancel = (view: IntentView | null): void => {
    if (view && (!isAwaitingPayment(view.status) || view.hasMoney)) throw cancelRefused(view.status);
  };

  setHandler(transferSeen, wake);
  setHandler(transferConfirmed, wake);
  setHandler(transferOrphaned, wake);
  setHandler(reviewResolved, wake);
  setHandler(payerDenied, wake);
  setHandler(waitingFor, () => message);
  setHandler(
    cancel,
    async () => {
      const { canceled, status } = await cancelIntent(intentId);
      if (!canceled) throw cancelRefused(status);
      wake();
      return status;
    },
    { validator: () => refuseCancel(known) },
  );
  say(message);

  for (;;) {
    if (clockAt === null) await condition(() => woken);
    else await condition(() => woken, Math.max(clockAt - Date.now(), 1), { summary: `Checkout clock: ${message}` });
    woken = false; // However many messages came: one assessment answers them all.

    const view = input.oneLook ? await lookAndWrite(intentId) : await decideInSteps(intentId);
    known = view;
    showStatus(view);
    if (isTerminal(view.status)) {
      await condition(allHandlersFinished);
      if (!woken) break;
      continue; // Money that came while the ledger was read for this verdict: nobody else would look at it.
    }

    if (view.wakeAt === null || view.wakeAt > Date.now()) {
      inVainSince = null;
      clockAt = view.wakeAt === null ? null : view.wakeAt + DEADLINE_GRACE_MS;
    } else {
      inVainSince ??= Date.now();
      // Runs from before paused otherwise; replay compares that a timer was set, not for how long.
      clockAt = Date.now() + pauseInVain(Date.now() - inVainSince);
    }
    say(waitingMessage(view, inVainSince));

    if (workflowInfo().continueAsNewSuggested && !woken && allHandlersFinished()) {
      await continueAsNew<typeof checkoutIntentWorkflow>({ ...input, assessNow: true, inVainSince });
    }
  }
  setCurrentDetails(`Ended: ${statusName(known.status)}.`);
  return statusName(known.status);
}

/** The path of runs that were started before `lookAndWrite`: reads the ledger, decides here and writes, until the status stands. */
const decideInSteps = async (intentId: string): Promise<IntentView> => {
  let facts = await loadIntent(intentId);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const assessment = assessFacts(facts);
    if (stands(facts, assessment)) return viewOf(facts, assessment);
    const { status, extendTo, reviews, paymentTransferIds } = assessment;
    facts = await applyAssessment({ intentId, status, extendTo, reviews, paymentTransferIds });
  }
  // Not a failure of the workflow but of its task: it is tried again, and shows up as a failing task until it is mended.
  throw new Error(`Intent ${intentId}: the status does not come to rest`);
};

const cancelRefused = (status: IntentStatus): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    isAwaitingPayment(status)
      ? 'A payment is on its way: the checkout can no longer be canceled.'
      : 'The checkout is not waiting for a payment any more.',
    CANCEL_REFUSED,
  );

/** Mirrors status and chain in the search attributes, when they have really changed: each time is an event. */
const showStatus = ({ status, chainId }: IntentView): void => {
  const shown = workflowInfo().typedSearchAttributes;
  const statusChanged = shown.get(CheckoutStatus) !== statusName(status);
  const chainChanged = chainId !== null && shown.get(CheckoutChainId) === undefined;
  if (!statusChanged && !chainChanged) return;
  upsertSearchAttributes([
    { key: CheckoutStatus, value: statusName(status) },
    ...(chainChanged ? [{ key: CheckoutChainId, value: String(chainId) }] : []),
  ]);
};

const pauseInVain = (sinceFirstMs: number): number =>
  Math.min(Math.max(sinceFirstMs * LOOK_AGAIN_SHARE, LOOK_AGAIN_MIN_MS), LOOK_AGAIN_MAX_MS);

const waitingMessage = ({ wakeAt, waitingFor: what, chainsBehind }: IntentView, inVainSince: number | null): string => {
  if (wakeAt === null) return what;
  const deadline = new Date(wakeAt).toISOString();
  return inVainSince === null
    ? `${what}, until ${deadline}`
    : `the watchers of chains ${chainsBehind.join(', ')} to pass the deadline ${deadline}, in vain since ${new Date(inVainSince).toISOString()}`;
};
