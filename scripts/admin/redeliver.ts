// Redelivery by hand: a signal to the event's workflow, which is started again where it has ended.
import { Client, Connection } from '@temporalio/client';
import type { Env } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import {
  redeliver,
  TaskQueue,
  type WebhookDeliveryInput,
  WorkflowType,
  webhookWorkflowId,
} from '#workflows/messages.ts';
import { needVariable } from './environment.ts';

/** Connects to the running system's Temporal for one piece of work. Throws UserError when it does not answer. */
export const withTemporal = async (env: Env, work: (client: Client) => Promise<void>): Promise<void> => {
  const address = needVariable(env, 'TEMPORAL_ADDRESS');
  let connection: Connection;
  try {
    connection = await Connection.connect({ address, connectTimeout: '5s' });
  } catch (cause) {
    throw new UserError('temporal_unreachable', `Temporal does not answer at ${address}: is the system running?`, {
      cause,
    });
  }
  try {
    await work(new Client({ connection, namespace: env.TEMPORAL_NAMESPACE ?? 'default' }));
  } finally {
    await connection.close();
  }
};

/** Asks for one more delivery of each event, now. */
export const redeliverEvents = async (client: Client, eventIds: readonly string[]): Promise<void> => {
  for (const eventId of eventIds) {
    const input: WebhookDeliveryInput = { eventId };
    await client.workflow.signalWithStart(WorkflowType.webhookDelivery, {
      workflowId: webhookWorkflowId(eventId),
      taskQueue: TaskQueue.webhooks,
      args: [input],
      signal: redeliver,
      signalArgs: [],
    });
  }
};
