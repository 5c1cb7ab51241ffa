// Payments of a test store's order at the press of a button.
import { Form } from '@remix-run/react';
import type { Scenario } from '#domain/simulations.ts';
import { SubmitButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Notice } from '#web/ui/notice.tsx';
import { SCENARIO_LABELS } from './scenario-labels.ts';

/** @param started the scenario that was just started */
export function SimulateCard({ scenarios, started }: { scenarios: readonly Scenario[]; started: string | null }) {
  const known = scenarios.find((scenario) => scenario === started);
  return (
    <Card
      title="Simulate a payment"
      lead="Test coins on a test network. Webhooks and events follow as for a shopper’s payment."
    >
      <Form method="post" className="grid gap-3" preventScrollReset>
        <input type="hidden" name="do" value="simulate" />
        {known ? (
          <Notice tone="ok" announced>
            Started: {SCENARIO_LABELS[known][1]}. It shows here within seconds.
          </Notice>
        ) : null}
        <ul className="grid gap-2">
          {scenarios.map((scenario) => (
            <li key={scenario} className="grid grid-cols-[8rem_1fr] items-center gap-3">
              <SubmitButton name="subject" value={scenario} tone={scenario === 'paid' ? 'primary' : 'plain'}>
                {SCENARIO_LABELS[scenario][0]}
              </SubmitButton>
              <span className="text-sm text-ink-2">{SCENARIO_LABELS[scenario][1]}</span>
            </li>
          ))}
        </ul>
      </Form>
    </Card>
  );
}
