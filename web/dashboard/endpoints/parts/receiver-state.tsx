// A receiver as text: its state, its last response, and failing since when.
import { isAcceptance } from '#domain/webhook-response.ts';
import { Badge } from '#web/ui/badge.tsx';
import { LocalTime } from '#web/ui/local-time.tsx';
import type { ReceiverHealthView } from '../server/endpoints-types.ts';

interface StateProps {
  enabled: boolean;
  /** When it responded with 410. */
  goneAt: string | null;
  health: ReceiverHealthView | null;
}

export function ReceiverStateBadge({ enabled, goneAt, health }: StateProps) {
  if (goneAt) return <Badge tone="bad">Stopped by 410</Badge>;
  if (!enabled) return <Badge>Paused</Badge>;
  return health?.failingSince ? <Badge tone="bad">Failing</Badge> : <Badge tone="ok">On</Badge>;
}

export const responseText = ({
  lastStatus,
  lastError,
}: Pick<ReceiverHealthView, 'lastStatus' | 'lastError'>): string =>
  lastStatus === null ? (lastError ?? 'no response') : `HTTP ${lastStatus}`;

/** The last delivery: its result, and when. */
export function LastDelivery({ health, timeZone }: { health: ReceiverHealthView | null; timeZone: string }) {
  if (!health) return <span className="text-ink-2">nothing sent yet</span>;
  const accepted = health.lastStatus !== null && isAcceptance(health.lastStatus);
  return (
    <span className="grid">
      <span className={accepted ? '' : 'font-semibold text-bad'}>{responseText(health)}</span>
      <LocalTime iso={health.lastAt} timeZone={timeZone} />
      {health.failingSince ? (
        <span className="text-bad">
          failing since <LocalTime iso={health.failingSince} timeZone={timeZone} />
        </span>
      ) : null}
    </span>
  );
}
