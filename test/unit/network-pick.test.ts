// The network that a checkout picks for its shopper, and the reason it gives.
import { describe, expect, it } from 'vitest';
import type { ChainCursor } from '#db/entities/chain.entity.ts';
import { type Chain, chainById } from '#domain/chains.ts';
import { offerFor, type UsualFee } from '#web/checkout/server/network-options.ts';

const NOW = Date.parse('2026-11-30T00:00:00Z');
const CHAINS = [1, 8453, 137].map(chainById);
const cursors = (stopped: readonly number[] = []) =>
  CHAINS.map(({ id }) => ({
    chainId: id,
    trouble: stopped.includes(id) ? 'stopped' : null,
    blockTime: new Date(NOW),
  })) as unknown as ChainCursor[];
const fees =
  (cents: Record<number, number | null>): UsualFee =>
  ({ id }: Chain) =>
    cents[id] ?? null;
const NO_CHOICE = { coin: null, network: null, qrHasAmount: false };

const pick = (given: { fee?: UsualFee; stopped?: number[]; network?: string; coins?: (1 | 2)[] }) => {
  const choice = { ...NO_CHOICE, network: given.network ?? null };
  const offer = offerFor(given.coins ?? [1, 2], CHAINS, cursors(given.stopped), choice, NOW, given.fee);
  return offer && { coin: offer.coin.symbol, network: offer.network.chainId, reason: offer.reason };
};

describe('a checkout without a choice', () => {
  it('takes the lowest usual fee', () => {
    expect(pick({ fee: fees({ 1: 90, 8453: 1, 137: 2 }) })).toEqual({ coin: 'USDT', network: 8453, reason: 'by_fee' });
  });
  it('takes the first in the list when a fee is not known: it may be the lowest', () => {
    expect(pick({ fee: fees({ 1: 90, 8453: 1 }) })).toMatchObject({ network: 1, reason: 'by_store' });
  });
  it('takes the first of equal fees, and does not call it the lowest', () => {
    expect(pick({ fee: fees({ 1: 1, 8453: 1, 137: 1 }) })).toMatchObject({ network: 1, reason: 'by_store' });
  });
  it('avoids a network in trouble, even where it is the cheapest', () => {
    expect(pick({ fee: fees({ 1: 90, 8453: 1, 137: 2 }), stopped: [8453] })).toMatchObject({ network: 137 });
  });
  it('shows the first of them when all are in trouble', () => {
    expect(pick({ stopped: [1, 8453, 137] })).toMatchObject({ network: 1 });
  });
  it('takes the coin that it is given first', () => {
    expect(pick({ coins: [2, 1] })).toMatchObject({ coin: 'USDC' });
  });
});

it('never overrules a choice, and gives no reason for it', () => {
  const fee = fees({ 1: 90, 8453: 1, 137: 2 });
  expect(pick({ fee, network: '1' })).toEqual({ coin: 'USDT', network: 1, reason: null });
  expect(pick({ fee, network: '1', stopped: [1] })).toMatchObject({ network: 1, reason: null });
});
