// When a chain or its relayer needs an operator.
import { CHAIN_BEHIND_SECONDS, FEW_SETTLEMENTS } from '#domain/operator-alerts.ts';
import { countText } from '#web/ui/count-text.ts';
import type { ChainView, RelayerView } from '../server/operator-types.ts';

export const STUCK_SECONDS = 600;

export interface Health {
  tone: 'ok' | 'warn' | 'bad';
  label: string;
}

/** How far the watcher's reading is behind the chain. Unknown when it has not heard of the head for long: the last known one says nothing. */
export const behindText = ({ silentSeconds, lagBlocks }: NonNullable<ChainView['watcher']>): string => {
  if (silentSeconds > CHAIN_BEHIND_SECONDS) return 'unknown';
  return lagBlocks === 0 ? 'at the head' : countText(lagBlocks, 'block');
};

export const watcherHealth = (watcher: ChainView['watcher']): Health => {
  if (!watcher) return { tone: 'warn', label: 'Not watched yet' };
  if (watcher.trouble) return { tone: 'bad', label: 'Trouble' };
  if (watcher.silentSeconds > CHAIN_BEHIND_SECONDS) return { tone: 'bad', label: 'Watcher silent' };
  if (watcher.lagSeconds > CHAIN_BEHIND_SECONDS) return { tone: 'warn', label: 'Behind' };
  return { tone: 'ok', label: 'Watched' };
};

export const needsLook = (watcher: ChainView['watcher']): boolean => watcherHealth(watcher).tone !== 'ok';

type OfRelayer = Pick<RelayerView, 'trouble' | 'lasts' | 'oldestSeconds'>;

/** All keys of a network as one: what they pay together, and the worst of the rest. At least one. */
export const together = (relayers: readonly OfRelayer[]): OfRelayer => {
  const known = relayers.flatMap(({ lasts }) => (lasts === null ? [] : [lasts]));
  const waits = relayers.flatMap(({ oldestSeconds }) => (oldestSeconds === null ? [] : [oldestSeconds]));
  return {
    trouble: relayers.find(({ trouble }) => trouble !== null)?.trouble ?? null,
    lasts: known.length === 0 ? null : known.reduce((sum, lasts) => sum + lasts, 0),
    oldestSeconds: waits.length === 0 ? null : Math.max(...waits),
  };
};

export const relayerHealth = ({ trouble, lasts, oldestSeconds }: OfRelayer): Health => {
  if (trouble) return { tone: 'bad', label: 'Trouble' };
  if (lasts !== null && lasts < FEW_SETTLEMENTS) return { tone: 'warn', label: 'Fill it up' };
  if (oldestSeconds !== null && oldestSeconds > STUCK_SECONDS) return { tone: 'warn', label: 'Stuck' };
  return lasts === null ? { tone: 'warn', label: 'Balance unknown' } : { tone: 'ok', label: 'Enough' };
};
