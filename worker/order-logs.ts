// Lines of the log of an order's activities. The SDK writes the line of one that failed (temporal-runtime.ts).
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';
import { withOrder } from '#tracing/log-lines.ts';
import { orderOfWorkflow } from '#workflows/messages.ts';

/** For the workers: whatever an activity of an order's workflow logs names the order, and one line says how it ended. */
export const activityLogs =
  (logger: Pick<Logger, 'info'>): ActivityInterceptorsFactory =>
  ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const { workflowExecution, activityType: activity, attempt } = info;
        const order = workflowExecution ? orderOfWorkflow(workflowExecution.workflowId) : null;
        if (!order) return await next(input);
        return await withOrder(order, async () => {
          const startedAt = performance.now();
          const result = await next(input);
          const ms = Math.round(performance.now() - startedAt);
          logger.info({ activity, attempt, ms, ...outcomeOf(result) }, 'activity ended');
          return result;
        });
      },
    },
  });

const outcomeOf = (result: unknown): { outcome?: string } =>
  typeof result === 'object' && result !== null && 'kind' in result && typeof result.kind === 'string'
    ? { outcome: result.kind }
    : {};
