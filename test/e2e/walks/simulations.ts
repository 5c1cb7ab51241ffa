// Every scenario of a simulated payment over the API of a running system (decision 0080).
import { beforeAll, it } from 'vitest';
import { AllScaleClient } from '#sdk/src/index.ts';
import { SCENARIOS, simulateOnce } from '#test/support/scenarios.ts';
import type { WholeSystem } from './whole-system.ts';

export const simulations = ({ system }: WholeSystem): void => {
  let client: AllScaleClient;

  beforeAll(async () => {
    const key = await system().admin<{ api_key: string; api_secret: string }>(
      ...['store', 'create', '--name', 'Test bench', '--email', 'bench@example.com', '--test', 'on'],
      ...['--receiver', '0x976EA74026E726554dB657fA54763abd0C3a0aa9'],
    );
    client = new AllScaleClient({ baseUrl: system().addresses.web, apiKey: key.api_key, apiSecret: key.api_secret });
  });

  it.each(SCENARIOS)('%s', async (...scenario) => {
    await simulateOnce(client, scenario);
  });
};
