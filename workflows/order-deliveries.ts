// What an order's workflow delivers beside following its money: one branch for each webhook event and each e-mail that waits
// (decision 0068). Branches are independent; none delays another, or the money.
import { isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { WebhookActivities } from '#activities/webhook.ts';
import type { DueDelivery } from '#domain/due-deliveries.ts';
import { emailPriority } from '#domain/email-data.ts';
import { sendUntilEnded } from './email-attempts.ts';
import { TaskQueue, type WebhookPosition } from './messages.ts';
import { attemptUntilEnded, ORDER_SCHEDULE, WEBHOOK_ACTIVITY } from './webhook-attempts.ts';

/** Attempts after which a person should look at the receiver: the fifth comes six minutes after the first. */
const FAILING_AFTER = 5;

interface Branch {
  /** One line for operators. */
  story: string;
  isRunning: boolean;
  /** Its number among the endings of branches; 0 while it runs. */
  ending: number;
  /** Set while a webhook is between two attempts. */
  position: WebhookPosition | null;
  request: { isOpen: boolean };
}

export interface OrderDeliveries {
  /** Before a reading begins: branches that end after it are not started again by what it read. */
  mark(): number;
  /**
   * Starts a branch for each delivery that has none.
   * @param mark of the reading that found them
   */
  start(due: readonly DueDelivery[], mark: number): void;
  /** A branch that runs makes an attempt at once, or another one after the attempt in flight. Without one, the next reading starts it. */
  requestWebhook(eventId: string): void;
  isRunning(): boolean;
  /** A receiver has failed several times, and its branch tries on. */
  isFailing(): boolean;
  /** Nothing is in flight: what runs waits between two attempts. */
  canLeave(): boolean;
  positions(): WebhookPosition[];
  /** A line for each branch. */
  stories(): string[];
}

/**
 * @param storeId shares the queues' workers among stores
 * @param onChange called when a branch has something new to tell
 */
export const carryDeliveries = (
  storeId: string,
  kept: readonly WebhookPosition[],
  onChange: () => void,
): OrderDeliveries => {
  const branches = new Map<string, Branch>();
  const queueOf = queueNames(workflowInfo().taskQueue);
  const positions = new Map(kept.map((position) => [position.eventId, position]));
  let endings = 0;

  const run = (id: string, story: string, work: (branch: Branch) => Promise<string>): void => {
    const branch: Branch = { story, isRunning: true, ending: 0, position: null, request: { isOpen: false } };
    const tell = (end: string): void => {
      branch.story = `${story}: ${end}`;
      branch.isRunning = false;
      endings += 1;
      branch.ending = endings;
      onChange();
    };
    branches.set(id, branch);
    // A branch that fails leaves its row waiting, and the order goes on: a fault of one delivery must not stop the money.
    void work(branch).then(tell, (error: unknown) => {
      if (isCancellation(error)) return tell('canceled');
      tell(`failed: ${error instanceof Error ? error.message : String(error)}`);
    });
  };

  const startWebhook = ({ id, eventType, host }: Extract<DueDelivery, { kind: 'webhook' }>): void => {
    const story = `Webhook ${eventType}`;
    const start = positions.get(id) ?? { eventId: id, attempts: 0, step: 0, dueAt: Date.now() };
    run(id, story, (branch) =>
      attemptUntilEnded(start, {
        schedule: ORDER_SCHEDULE,
        deliver: (input, attempt) => {
          branch.position = null;
          branch.story = `${story}: attempt ${attempt}`;
          return proxyActivities<WebhookActivities>({
            ...WEBHOOK_ACTIVITY,
            taskQueue: queueOf(TaskQueue.webhooks),
            summary: `Webhook attempt ${attempt}${host === null ? '' : ` to ${host}`}`,
            priority: { fairnessKey: storeId },
          }).deliverWebhook(input);
        },
        runId: workflowInfo().runId,
        onPause: (position) => {
          branch.position = position;
          branch.story = `${story}: attempt ${position.attempts + 1} is due at ${new Date(position.dueAt).toISOString()}`;
          onChange();
        },
        request: branch.request,
      }),
    );
  };

  const startEmail = ({ id, emailKind }: Extract<DueDelivery, { kind: 'email' }>): void =>
    run(id, `E-mail ${emailKind}`, () =>
      sendUntilEnded(id, {
        taskQueue: queueOf(TaskQueue.emails),
        summary: `E-mail ${emailKind}`,
        priority: { priorityKey: emailPriority(emailKind), fairnessKey: storeId },
      }),
    );

  const running = (): Branch[] => [...branches.values()].filter(({ isRunning }) => isRunning);
  return {
    mark: () => endings,
    start(due, mark) {
      for (const delivery of due) {
        const branch = branches.get(delivery.id);
        if (branch && (branch.isRunning || branch.ending > mark)) continue;
        if (delivery.kind === 'webhook') startWebhook(delivery);
        else startEmail(delivery);
      }
    },
    requestWebhook(eventId) {
      const branch = branches.get(eventId);
      if (branch?.isRunning) branch.request.isOpen = true;
    },
    isRunning: () => running().length > 0,
    isFailing: () => running().some(({ position }) => position !== null && position.attempts >= FAILING_AFTER),
    canLeave: () => running().every(({ position }) => position !== null),
    positions: () => running().flatMap(({ position }) => position ?? []),
    stories: () => [...branches.values()].map(({ story }) => `${story}.`),
  };
};

/** The queue beside the workflow's own: tests give all their queues the same ending. */
const queueNames = (own: string) => {
  const ending = own.startsWith(TaskQueue.orders) ? own.slice(TaskQueue.orders.length) : '';
  return (queue: TaskQueue): string => `${queue}${ending}`;
};
