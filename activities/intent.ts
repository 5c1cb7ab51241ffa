// The database side of an intent's workflow. Local activities of a few short transactions, safe to run twice.
import { ApplicationFailure } from '@temporalio/activity';
import { readOrderDue } from '#db/delivery/order-deliveries.ts';
import { cancelIntent as cancelInDatabase } from '#db/intents/cancel-intent.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { readIntentSnapshot } from '#db/intents/intent-snapshot.ts';
import type { Em } from '#db/orm.ts';
import type { OrderDue } from '#domain/due-deliveries.ts';
import { IntentMissingError, PaymentRejectedError, TransitionError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { assessFacts, type IntentView, MAX_ROUNDS, stands, viewOf } from '#domain/payment-look.ts';
import type { Assessment } from '#domain/payment-rules.ts';
import type { Screening } from '#domain/screening.ts';
import type { IntentStatus } from '#domain/status.ts';
import { type ScreenedSnapshot, screenSenders } from './screening.ts';

/** What the workflow decides on. */
export type IntentSnapshot = ScreenedSnapshot;

/** The parts of an assessment that are written. Times in epoch ms. */
export interface ApplyInput extends Pick<Assessment, 'status' | 'extendTo' | 'reviews' | 'paymentTransferIds'> {
  intentId: IntentId;
  /** The status that was read. Absent in runs that were started before it was checked. */
  decidedOn?: IntentStatus;
}

/** A reading of the ledger, and what is to be delivered once it is written. */
export interface OrderView extends IntentView, OrderDue {}

export interface CancelResult {
  canceled: boolean;
  /** The status that stands afterwards. */
  status: IntentStatus;
}

export interface IntentActivities {
  /**
   * Reads the ledger, decides and writes until nothing is left to write. Each write is its own transaction, so that a second run
   * continues where the first one stopped.
   */
  lookAndWrite(intentId: IntentId): Promise<IntentView>;
  /** The same, and then what the order has to deliver. */
  assessOrder(intentId: IntentId): Promise<OrderView>;
  /** What the order has to deliver, without a reading of the ledger. */
  readDeliveries(intentId: IntentId): Promise<OrderDue>;
  /** For runs that were started before `lookAndWrite`, like `applyAssessment`. */
  loadIntent(intentId: IntentId): Promise<IntentSnapshot>;
  /** Writes a verdict and returns the intent as it is then, which may be newer than the verdict. */
  applyAssessment(input: ApplyInput): Promise<IntentSnapshot>;
  cancelIntent(intentId: IntentId): Promise<CancelResult>;
}

export interface IntentActivityDeps {
  em: Em;
  screening: Screening;
}

export const createIntentActivities = ({ em, screening }: IntentActivityDeps): IntentActivities => {
  const load = async (intentId: IntentId): Promise<IntentSnapshot> => {
    try {
      return await screenSenders(screening, await readIntentSnapshot(em, intentId));
    } catch (error) {
      throw finalIfUnfixable(error);
    }
  };
  const apply = async ({
    intentId,
    decidedOn,
    status,
    extendTo,
    reviews,
    paymentTransferIds,
  }: ApplyInput): Promise<void> => {
    try {
      await changeIntent(em.fork(), {
        intentId,
        actor: 'workflow',
        to: status,
        ...(decidedOn === undefined ? {} : { decidedOn }),
        reviews,
        paymentTransferIds,
        ...(extendTo === null ? {} : { extendTo: new Date(extendTo) }),
      });
    } catch (error) {
      // The facts changed between read and write (a cancel, an operator, a refund, a reorganisation): the caller reads the ledger again.
      if (!(error instanceof TransitionError)) throw finalIfUnfixable(error);
    }
  };
  const activities: IntentActivities = {
    async lookAndWrite(intentId) {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const facts = await load(intentId);
        const assessment = assessFacts(facts);
        if (stands(facts, assessment)) return viewOf(facts, assessment);
        await apply({ ...assessment, intentId, decidedOn: facts.status });
      }
      // Fails the workflow, so that an operator sees it. The reconciler restarts it every few minutes.
      throw ApplicationFailure.nonRetryable(
        `Intent ${intentId}: status did not converge after ${MAX_ROUNDS} rounds`,
        'Restless',
      );
    },

    async assessOrder(intentId) {
      const view = await activities.lookAndWrite(intentId);
      return { ...view, ...(await readOrderDue(em, intentId)) };
    },

    readDeliveries: (intentId) => readOrderDue(em, intentId),

    loadIntent: load,

    async applyAssessment(input) {
      await apply(input);
      return await load(input.intentId);
    },

    async cancelIntent(intentId) {
      try {
        return await cancelInDatabase(em, intentId);
      } catch (error) {
        throw finalIfUnfixable(error);
      }
    },
  };
  return activities;
};

/**
 * Makes errors final that no retry can fix: a missing intent, a verdict that the ledger rejects. They fail the workflow, so that an
 * operator sees them. The reconciler restarts open intents every few minutes, so a fixed program recovers without help.
 */
const finalIfUnfixable = (error: unknown): unknown =>
  error instanceof IntentMissingError || error instanceof PaymentRejectedError
    ? ApplicationFailure.nonRetryable(error.message, error.name)
    : error;
