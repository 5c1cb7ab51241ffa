// Steps of a payment in a payment system under test. Rows and signals stand in for the watcher.
import type { WorkflowHandle } from '@temporalio/client';
import { ReviewItem } from '#db/entities/delivery.entity.ts';
import type { Em } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { type TransferSignal, waitingFor } from '#workflows/messages.ts';
import {
  addTransfer,
  type IntentFields,
  makeIntent,
  setTransferState,
  type TestStore,
  type TransferFields,
} from './intents.ts';

export interface PaymentSteps {
  /** A new intent whose workflow has done its first task. */
  startedIntent(store: TestStore, fields?: IntentFields): Promise<IntentId>;
  /** Waits until the intent's workflow has done its first task. */
  untilStarted(intentId: IntentId): Promise<void>;
  /** A transfer that the watcher has seen, with its signal. @returns its id */
  see(intentId: IntentId, fields?: TransferFields): Promise<string>;
  confirm(intentId: IntentId, transferId: string): Promise<void>;
  orphan(intentId: IntentId, transferId: string): Promise<void>;
  /** Seen and confirmed. @returns the transfer's id */
  pay(intentId: IntentId, fields?: TransferFields): Promise<string>;
  /** All reviews, oldest first. */
  reviewsOf(intentId: IntentId): Promise<{ kind: string; transferId: string }[]>;
  untilReviewed(intentId: IntentId, kind: string): Promise<void>;
  /** Waits until the workflow's details say that it waits for this. */
  untilWaitingFor(intentId: IntentId, message: string): Promise<void>;
}

interface StepsDependencies {
  em: Em;
  handleOf(intentId: IntentId): Promise<WorkflowHandle>;
  signal(intentId: IntentId, signal: TransferSignal, transferId: string): Promise<void>;
}

const DEADLINE_MS = 20_000;

export const paymentSteps = ({ em, handleOf, signal }: StepsDependencies): PaymentSteps => {
  const moveTo = async (
    intentId: IntentId,
    transferId: string,
    state: 'confirmed' | 'orphaned',
    word: TransferSignal,
  ): Promise<void> => {
    await setTransferState(em, transferId, state);
    await signal(intentId, word, transferId);
  };
  const steps: PaymentSteps = {
    async startedIntent(store, fields = {}) {
      const intentId = await makeIntent(em, store, fields);
      await steps.untilStarted(intentId);
      return intentId;
    },
    async untilStarted(intentId) {
      await waitFor(async () => await (await handleOf(intentId)).query(waitingFor), {
        what: 'the workflow',
        timeoutMs: DEADLINE_MS,
      });
    },
    async see(intentId, fields = {}) {
      const transferId = await addTransfer(em, intentId, fields);
      await signal(intentId, 'transferSeen', transferId);
      return transferId;
    },
    confirm: (intentId, transferId) => moveTo(intentId, transferId, 'confirmed', 'transferConfirmed'),
    orphan: (intentId, transferId) => moveTo(intentId, transferId, 'orphaned', 'transferOrphaned'),
    async pay(intentId, fields = {}) {
      const transferId = await steps.see(intentId, fields);
      await steps.confirm(intentId, transferId);
      return transferId;
    },
    async reviewsOf(intentId) {
      const items = await em.fork().find(ReviewItem, { intent: intentId }, { orderBy: { id: 'asc' } });
      return items.map(({ kind, transfer }) => ({ kind, transferId: String(transfer.id) }));
    },
    async untilReviewed(intentId, kind) {
      await waitFor(async () => (await steps.reviewsOf(intentId)).some((review) => review.kind === kind), {
        what: `a review row ${kind}`,
        timeoutMs: DEADLINE_MS,
      });
    },
    async untilWaitingFor(intentId, message) {
      await waitFor(async () => (await (await handleOf(intentId)).query(waitingFor)).includes(message), {
        what: message,
        timeoutMs: DEADLINE_MS,
      });
    },
  };
  return steps;
};
