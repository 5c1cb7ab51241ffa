// The database side of an intent's workflow. Local activities: each is one short transaction, safe to run twice.
import { ApplicationFailure } from '@temporalio/activity';
import type { Em } from '#db/orm.ts';
import { cancelIntent as cancelInDatabase } from '#db/queries/cancel-intent.ts';
import { changeIntent } from '#db/queries/change-intent.ts';
import { readIntentSnapshot } from '#db/queries/intent-snapshot.ts';
import { IntentMissingError, PaymentRefusedError, TransitionError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Assessment } from '#domain/payment-rules.ts';
import type { Screening } from '#domain/screening.ts';
import type { IntentStatus } from '#domain/status.ts';
import { type ScreenedSnapshot, screenSenders } from './screening.ts';

/** What the workflow decides on. */
export type IntentSnapshot = ScreenedSnapshot;

/** The parts of an assessment that are written. Times in epoch ms. */
export interface ApplyInput extends Pick<Assessment, 'status' | 'extendTo' | 'reviews' | 'paymentTransferIds'> {
  intentId: string;
}

export interface CancelResult {
  canceled: boolean;
  /** The status that stands afterwards. */
  status: IntentStatus;
}

export interface IntentActivities {
  loadIntent(intentId: string): Promise<IntentSnapshot>;
  /** Writes a verdict and returns what stands then, which may be something newer than what was asked for. */
  applyAssessment(input: ApplyInput): Promise<IntentSnapshot>;
  cancelIntent(intentId: string): Promise<CancelResult>;
}

export interface IntentActivityDeps {
  em: Em;
  screening: Screening;
}

export const createIntentActivities = ({ em, screening }: IntentActivityDeps): IntentActivities => {
  const load = async (intentId: string): Promise<IntentSnapshot> => {
    try {
      return await screenSenders(screening, await readIntentSnapshot(em, intentId as IntentId));
    } catch (error) {
      throw finalWhereHopeless(error);
    }
  };
  return {
    loadIntent: load,

    async applyAssessment({ intentId, status, extendTo, reviews, paymentTransferIds }) {
      try {
        await changeIntent(em.fork(), {
          intentId: intentId as IntentId,
          actor: 'workflow',
          to: status,
          reviews,
          paymentTransferIds,
          ...(extendTo === null ? {} : { extendTo: new Date(extendTo) }),
        });
      } catch (error) {
        // The facts moved between the look and the write (a cancel, an operator, a reorganisation): the workflow looks again.
        if (!(error instanceof TransitionError)) throw finalWhereHopeless(error);
      }
      return await load(intentId);
    },

    async cancelIntent(intentId) {
      try {
        return await cancelInDatabase(em, intentId as IntentId);
      } catch (error) {
        throw finalWhereHopeless(error);
      }
    },
  };
};

/**
 * What no retry can mend ends the workflow as failed, in words, where an operator sees it: an intent whose row is gone, a verdict
 * that the ledger refuses. The reconciler starts an open intent anew every few minutes, so a mended program goes on by itself.
 */
const finalWhereHopeless = (error: unknown): unknown =>
  error instanceof IntentMissingError || error instanceof PaymentRefusedError
    ? ApplicationFailure.nonRetryable(error.message, error.name)
    : error;
