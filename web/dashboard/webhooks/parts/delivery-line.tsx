// What a delivery is, in a line: its state, its event, when it was created, when it is tried next, and where it leads.
import type { ReactNode } from 'react';
import type { DeliveryState } from '#domain/webhook-response.ts';
import { Card } from '#web/ui/card.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import { WebhookStateBadge } from './webhook-states.tsx';

interface DeliveryLineProps {
  delivery: { state: DeliveryState; eventType: string; createdAt: string; nextAttemptAt: string | null };
  timeZone: string;
  /** Links. */
  children: ReactNode;
}

export function DeliveryLine({ delivery, timeZone, children }: DeliveryLineProps) {
  const { state, eventType, createdAt, nextAttemptAt } = delivery;
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2 text-sm">
        <span role="status">
          <WebhookStateBadge state={state} />
        </span>
        <span className="wrap-anywhere">{eventType}</span>
        <span>
          created <LocalTime iso={createdAt} timeZone={timeZone} precision="second" />
        </span>
        {state === 'pending' && nextAttemptAt ? (
          <span>
            next attempt <LocalTime iso={nextAttemptAt} timeZone={timeZone} precision="second" />
          </span>
        ) : null}
        {children}
      </div>
    </Card>
  );
}
