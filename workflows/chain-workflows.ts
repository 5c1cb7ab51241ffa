// Keeps one watcher and one relayer running for each chain. The work is in long activities; these workflows restart them, on any worker.
import { continueAsNew, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { ChainInput } from './messages.ts';

/** The long activities of the queue `chains`: they work until they are stopped, and send heartbeats. */
export interface ChainActivities {
  watchChain(input: ChainInput): Promise<void>;
  relaySettlements(input: ChainInput): Promise<void>;
}

const { watchChain, relaySettlements } = proxyActivities<ChainActivities>({
  // Bounds one attempt; the next one follows at once. A lease keeps two attempts from writing both.
  startToCloseTimeout: '24 hours',
  // Notices a dead worker or a lost task. Slow providers do not delay heartbeats.
  heartbeatTimeout: '15 seconds',
  // Retries for ever: providers and databases come back.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});

export async function chainWatcherWorkflow(input: ChainInput): Promise<void> {
  setCurrentDetails(`Watching chain ${input.chainId}.`);
  await watchChain(input);
  await continueAsNew<typeof chainWatcherWorkflow>(input);
}

export async function chainRelayerWorkflow(input: ChainInput): Promise<void> {
  setCurrentDetails(`Settling the deposits of chain ${input.chainId}.`);
  await relaySettlements(input);
  await continueAsNew<typeof chainRelayerWorkflow>(input);
}
