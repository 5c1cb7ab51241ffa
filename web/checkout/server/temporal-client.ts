// The web process's Temporal client, for a shopper's cancel. It connects at the first use, so that the server starts and serves
// while Temporal is down.
import { Client, Connection } from '@temporalio/client';
import { type TemporalSettings, temporalConnectionOptions } from '#domain/temporal-settings.ts';

export interface TemporalLink {
  client: Client;
  /** Whether Temporal responds in time. */
  isReachable(withinMs: number): Promise<boolean>;
  close(): Promise<void>;
}

export const linkTemporal = (settings: TemporalSettings): TemporalLink => {
  const connection = Connection.lazy({ ...temporalConnectionOptions(settings), connectTimeout: '2 seconds' });
  const client = new Client({ connection, namespace: settings.namespace });
  return {
    client,
    isReachable: (withinMs) =>
      connection
        .withDeadline(Date.now() + withinMs, () => connection.workflowService.getSystemInfo({}))
        .then(
          () => true,
          () => false,
        ),
    close: () => connection.close(),
  };
};
