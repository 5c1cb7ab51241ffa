// The database side of an intent's workflow. Local activities: each is one short transaction, safe to run twice.
import type { Em } from '#db/orm.ts';
import { cancelIntent as cancelInDatabase } from '#db/queries/cancel-intent.ts';
import { changeIntent } from '#db/queries/change-intent.ts';
import { type IntentSnapshot, readIntentSnapshot } from '#db/queries/intent-snapshot.ts';
import { TransitionError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Assessment } from '#domain/payment-rules.ts';
import type { IntentStatus } from '#domain/status.ts';

export type { IntentSnapshot };

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

export const createIntentActivities = ({ em }: { em: Em }): IntentActivities => ({
  loadIntent: (intentId) => readIntentSnapshot(em, intentId as IntentId),

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
      if (!(error instanceof TransitionError)) throw error;
    }
    return await readIntentSnapshot(em, intentId as IntentId);
  },

  cancelIntent: (intentId) => cancelInDatabase(em, intentId as IntentId),
});
