// The scenarios of a simulated payment (decision 0080), and what each of them leads to.
import { waitFor } from '#scripts/lib/wait-for.ts';
import { type AllScaleClient, IntentStatus, type OrderEvent, type Scenario, StableCoin } from '#sdk/src/index.ts';

/** Blocks, workers and pages of a whole system are slow on a busy machine. */
const PATIENCE_MS = 90_000;

/** Its name, the events that it causes, and the status that it ends in. */
export type ExpectedScenario = readonly [scenario: Scenario, events: readonly string[], status: IntentStatus];

export const SCENARIOS: readonly ExpectedScenario[] = [
  ['paid', ['seen', 'confirmed'], IntentStatus.CONFIRMED],
  ['short', ['seen', 'short'], IntentStatus.CREATED],
  ['over', ['seen', 'confirmed'], IntentStatus.CONFIRMED],
  ['late', ['expired', 'late'], IntentStatus.PENDING_MANUAL_OPERATION],
  ['expired', ['expired'], IntentStatus.TIMEOUT],
  ['reorganised', ['seen', 'removed'], IntentStatus.TEMP_WALLET_RECEIVED],
  ['wrong_coin', ['seen', 'review'], IntentStatus.PENDING_MANUAL_OPERATION],
];

const eventsOf = async (client: AllScaleClient, id: string): Promise<OrderEvent[]> => {
  const events: OrderEvent[] = [];
  for await (const event of client.eachEvent()) {
    if (event.all_scale_checkout_intent_id === id) events.push(event);
  }
  return events;
};

/** Creates an order of a test store, simulates the payment, and waits for what it leads to. */
export const simulateOnce = async (
  client: AllScaleClient,
  [scenario, types, status]: ExpectedScenario,
  timeoutMs = PATIENCE_MS,
): Promise<void> => {
  const { allscale_checkout_intent_id: id } = await client.createCheckout({
    stable_coin: StableCoin.USDT,
    amount_cents: 1000,
  });
  await client.simulatePayment(id, scenario);
  const isThere = async (): Promise<boolean> => {
    const events = await eventsOf(client, id);
    const has = types.every((type) => events.some(({ event_type }) => event_type === `checkout_intent.${type}`));
    return has && (await client.getStatus(id)) === status;
  };
  await waitFor(isThere, {
    what: `${types.join(', ')} and status ${status} of ${scenario}`,
    timeoutMs,
  });
};
