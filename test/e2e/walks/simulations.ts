// Every scenario of a simulated payment over the API of a running system (decision 0080).
import { beforeAll, it } from 'vitest';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { AllScaleClient, IntentStatus, type OrderEvent, type Scenario, StableCoin } from '#sdk/src/index.ts';
import type { WholeSystem } from './whole-system.ts';

/** Blocks, workers and pages of a whole system are slow on a busy machine. */
const PATIENCE_MS = 90_000;

export const simulations = ({ system }: WholeSystem): void => {
  let client: AllScaleClient;

  beforeAll(async () => {
    const key = await system().admin<{ api_key: string; api_secret: string }>(
      ...['store', 'create', '--name', 'Test bench', '--email', 'bench@example.com', '--test', 'on'],
      ...['--receiver', '0x976EA74026E726554dB657fA54763abd0C3a0aa9'],
    );
    client = new AllScaleClient({ baseUrl: system().addresses.web, apiKey: key.api_key, apiSecret: key.api_secret });
  });
  const eventsOf = async (id: string): Promise<OrderEvent[]> => {
    const events: OrderEvent[] = [];
    for await (const event of client.eachEvent()) {
      if (event.all_scale_checkout_intent_id === id) events.push(event);
    }
    return events;
  };
  const has = (events: readonly OrderEvent[], ...types: string[]): boolean =>
    types.every((type) => events.some(({ event_type }) => event_type === `checkout_intent.${type}`));

  it.each([
    ['paid', ['seen', 'confirmed'], IntentStatus.CONFIRMED],
    ['short', ['seen', 'short'], IntentStatus.CREATED],
    ['over', ['seen', 'confirmed'], IntentStatus.CONFIRMED],
    ['late', ['expired', 'late'], IntentStatus.PENDING_MANUAL_OPERATION],
    ['expired', ['expired'], IntentStatus.TIMEOUT],
    ['reorganised', ['seen', 'removed'], IntentStatus.TEMP_WALLET_RECEIVED],
    ['wrong_coin', ['seen', 'review'], IntentStatus.PENDING_MANUAL_OPERATION],
  ] as const)('%s', async (scenario: Scenario, types, status) => {
    const { allscale_checkout_intent_id: id } = await client.createCheckout({
      stable_coin: StableCoin.USDT,
      amount_cents: 1000,
    });
    await client.simulatePayment(id, scenario);
    await waitFor(async () => has(await eventsOf(id), ...types) && (await client.getStatus(id)) === status, {
      what: `${types.join(', ')} and status ${status} of ${scenario}`,
      timeoutMs: PATIENCE_MS,
    });
  });
};
