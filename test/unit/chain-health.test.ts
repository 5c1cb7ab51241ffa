// What the console says of chains and relayers: the first thing that is wrong, and nothing wrong of one that works.
import { expect, test } from 'vitest';
import { behindText, needsLook, relayerHealth, together, watcherHealth } from '#web/operator/parts/chain-health.ts';
import type { ChainView, RelayerView } from '#web/operator/server/operator-types.ts';

const watcher: NonNullable<ChainView['watcher']> = {
  ...{ block: '10', blockTime: '2026-11-30T00:00:00.000Z', finalBlock: '8', head: '10' },
  ...{ lagBlocks: 0, lagSeconds: 0, silentSeconds: 2, leaseOwner: 'worker', leaseHeld: true, trouble: null },
};

test.each([
  [null, 'Not watched yet'],
  [watcher, 'Watched'],
  [{ ...watcher, lagBlocks: 11, lagSeconds: 132 }, 'Behind'],
  [{ ...watcher, silentSeconds: 121 }, 'Watcher silent'],
  [{ ...watcher, silentSeconds: 121, trouble: 'reorganisation below finality' }, 'Trouble'],
] as const)('watcher %#', (state, label) => {
  expect(watcherHealth(state).label).toBe(label);
  expect(needsLook(state)).toBe(label !== 'Watched');
});

test.each([
  [watcher, 'at the head'],
  [{ ...watcher, lagBlocks: 1 }, '1 block'],
  [{ ...watcher, lagBlocks: 11 }, '11 blocks'],
  // It read up to the head that it knows, a quarter of an hour ago.
  [{ ...watcher, silentSeconds: 900 }, 'unknown'],
] as const)('how far behind %#', (state, text) => {
  expect(behindText(state)).toBe(text);
});

const relayer: RelayerView = {
  ...{ address: '0x1', balance: '1.0000', symbol: 'ETH', lasts: 100, nextNonce: '1', inFlight: 0, lowestNonce: null },
  ...{ oldestSeconds: null, waiting: 0, leaseHeld: true, leaseOwner: 'worker', trouble: null },
};

test.each([
  [relayer, 'Enough'],
  [{ ...relayer, lasts: 99 }, 'Fill it up'],
  [{ ...relayer, oldestSeconds: 601 }, 'Stuck'],
  [{ ...relayer, balance: null, lasts: null }, 'Balance unknown'],
  [{ ...relayer, balance: null, lasts: null, trouble: 'nonce too low' }, 'Trouble'],
] as const)('relayer %#', (state, label) => {
  expect(relayerHealth(state).label).toBe(label);
});

test('several keys pay together, and the worst of each counts', () => {
  const low = { ...relayer, lasts: 60 };
  expect(relayerHealth(together([low, low])).label).toBe('Enough');
  expect(relayerHealth(together([{ ...relayer, lasts: null }, low])).label).toBe('Fill it up');
  expect(relayerHealth(together([relayer, { ...relayer, oldestSeconds: 601 }])).label).toBe('Stuck');
  expect(together([relayer, { ...relayer, trouble: 'no gas' }])).toEqual({
    ...{ trouble: 'no gas', lasts: 200 },
    oldestSeconds: null,
  });
});
