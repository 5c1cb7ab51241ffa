// Keeps one watcher and one relayer alive for each chain. The work is in long heart-beating activities; these workflows only
// start them again, whatever ended them, on whichever worker is there.
import { continueAsNew, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { ChainInput } from './messages.ts';

/** What the activities of `chains` do: work until asked to stop, and heartbeat every 3 s. */
export interface ChainActivities {
  watchChain(input: ChainInput): Promise<void>;
  relaySettlements(input: ChainInput): Promise<void>;
}

const { watchChain, relaySettlements } = proxyActivities<ChainActivities>({
  // Bounds one attempt; the next follows at once, and a lease keeps the two from writing both.
  startToCloseTimeout: '24 hours',
  // A worker that died, or a task that was lost on its way to one: nobody watches for so long. Slow providers don't hold up the
  // beats.
  heartbeatTimeout: '15 seconds',
  // Providers and databases come back: for ever, soon, and never faster than a block.
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
