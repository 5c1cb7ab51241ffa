// The first-run checklist on the home page: the steps until a store can take payments, each with a link. What is done is folded.
import { Link } from '@remix-run/react';
import { CheckCircle2, Circle } from 'lucide-react';
import { Card } from '#web/ui/card.tsx';
import { Summary } from '#web/ui/summary.tsx';
import type { FirstRun, FirstRunStep } from '../server/first-run-types.ts';

const STEPS: Record<FirstRunStep, { title: string; about: string; path: string }> = {
  name: {
    title: 'Check the store’s name',
    about: 'Shoppers see it on every checkout.',
    path: 'settings',
  },
  logo: { title: 'Add a logo', about: 'Shown at the top of the checkout.', path: 'settings' },
  receiver: {
    title: 'Set the receiving address',
    about: 'Your own wallet: settlements pay this address, and only owners can change it.',
    path: 'settings/receiver',
  },
  key: { title: 'Create an API key', about: 'Its secret is shown once.', path: 'developers' },
  order: {
    title: 'Create the first order',
    about: 'With a payment link, an invoice, by hand, or with one call to the API.',
    path: 'orders',
  },
  webhook: {
    title: 'Respond to a webhook with 200',
    about: 'Set its URL in the settings, then send a test from there.',
    path: 'settings/connection',
  },
};

export function FirstRunChecklist({ firstRun, storeId }: { firstRun: FirstRun; storeId: string }) {
  const { steps, done } = firstRun;
  const next = steps.find((step) => !step.done)?.id;
  return (
    <Card title="Get ready to take payments" lead={`${done} of ${steps.length} steps are done.`} flush>
      <progress className="sr-only" value={done} max={steps.length} aria-label="Steps done" />
      <div className="divide-y divide-line border-t border-line" data-testid="first-run">
        <Steps steps={steps.filter((step) => !step.done)} {...{ next, storeId }} />
        {done > 0 ? (
          <details>
            <Summary className="px-4 sm:px-5">Show what is done</Summary>
            <div className="border-t border-line">
              <Steps steps={steps.filter((step) => step.done)} {...{ next, storeId }} />
            </div>
          </details>
        ) : null}
      </div>
    </Card>
  );
}

interface StepsProps {
  steps: FirstRun['steps'];
  next: FirstRunStep | undefined;
  storeId: string;
}

function Steps({ steps, next, storeId }: StepsProps) {
  return (
    <ol className="divide-y divide-line">
      {steps.map((step) => {
        const { title, about, path } = STEPS[step.id];
        const Icon = step.done ? CheckCircle2 : Circle;
        return (
          <li key={step.id} data-step={step.id} data-done={step.done}>
            <Link
              to={`/dashboard/${storeId}/${path}`}
              className="flex min-h-11 items-start gap-3 px-4 py-3 hover:bg-sunken sm:px-5"
            >
              <Icon size={20} aria-hidden className={`mt-0.5 flex-none ${step.done ? 'text-ok' : 'text-ink-3'}`} />
              <span className="grid">
                <span className={step.done ? 'text-ink-2' : step.id === next ? 'font-semibold' : ''}>
                  <span className="sr-only">{step.done ? 'Done: ' : 'To do: '}</span>
                  {title}
                </span>
                {step.done ? null : <span className="text-sm text-ink-2">{about}</span>}
              </span>
            </Link>
          </li>
        );
      })}
    </ol>
  );
}
