// Buttons that pay a test store's checkout. Works without JavaScript.
import { Form, useNavigation } from '@remix-run/react';
import type { Scenario } from '#domain/simulations.ts';
import { useText } from '#web/text/text.ts';
import { Notice } from '#web/ui/notice.tsx';
import { TaskButton } from '#web/ui/task-button.tsx';
import type { SimulationRefusal } from '../server/simulation-service.ts';

interface SimulatePaymentProps {
  scenarios: readonly Scenario[];
  refusal: SimulationRefusal | null;
  isStarted: boolean;
}

export function SimulatePayment({ scenarios, refusal, isStarted }: SimulatePaymentProps) {
  const t = useText();
  const busy = useNavigation().formMethod === 'POST';
  return (
    <section className="no-print mt-5 rounded-lg border border-dashed border-control p-4" aria-labelledby="simulate">
      <h2 id="simulate" className="font-semibold">
        {t('simulate.title')}
      </h2>
      <p className="mt-1 text-sm text-ink-2">{t('simulate.hint')}</p>
      {refusal ? (
        <Notice plain urgent tone="warn" className="mt-3">
          {t(`simulate.refused.${refusal}`)}
        </Notice>
      ) : null}
      {isStarted && !refusal ? (
        <Notice plain announced tone="ok" className="mt-3">
          {t('simulate.started')}
        </Notice>
      ) : null}
      <Form method="post" className="mt-3 flex flex-wrap gap-2" preventScrollReset>
        {scenarios.map((scenario) => (
          <TaskButton
            key={scenario}
            type="submit"
            name="simulate"
            value={scenario}
            className="button text-sm"
            busy={busy}
          >
            {t(`simulate.${scenario}`)}
          </TaskButton>
        ))}
      </Form>
    </section>
  );
}
