// The coins and networks that a checkout offers, and the health of each network's watcher.

import type { ChainCursor } from '#db/entities/chain.entity.ts';
import { type Chain, tokenOf } from '#domain/chains.ts';
import { type CoinId, coinSymbol } from '#domain/coins.ts';
import type { CheckoutChoice, CoinOption, NetworkOption, PickReason } from './view-types.ts';

/** With a watcher this far behind the clock, the page advises another network. */
const LAG_BLOCKS = 30;
const LAG_MIN_SECONDS = 60;

export interface Offer {
  coins: CoinOption[];
  /** Networks that have the chosen coin. */
  networks: NetworkOption[];
  coin: CoinOption;
  network: NetworkOption;
  /** Why this network is the page's pick; null when another one would be. */
  reason: PickReason | null;
  chain: Chain;
}

/** The usual fee of a token transfer in US cents; null when it is not known. */
export type UsualFee = (chain: Chain) => number | null;

/**
 * The offer for a choice, or null when no enabled network has an accepted coin. The page picks the healthy network with the lowest
 * usual fee, or the first where fees are not known. A choice is never overruled.
 */
export const offerFor = (
  acceptedCoins: readonly CoinId[],
  chains: readonly Chain[],
  cursors: readonly ChainCursor[],
  choice: CheckoutChoice,
  now: number,
  usualFee: UsualFee = () => null,
): Offer | null => {
  const coins = acceptedCoins
    .filter((coin) => chains.some((chain) => tokenOf(chain, coin)))
    .map((id) => ({ id, symbol: coinSymbol(id) }));
  const coin = coins.find(({ symbol }) => symbol === choice.coin) ?? coins[0];
  if (!coin) return null;

  const having = chains.filter((chain) => tokenOf(chain, coin.id));
  const networks = having.map((chain) => networkOption(chain, cursors, now));
  const pick = pickNetwork(networks, having, usualFee);
  const network = networks.find(({ chainId }) => String(chainId) === choice.network) ?? pick?.network;
  const chain = having.find(({ id }) => id === network?.chainId);
  const reason = pick && pick.network === network ? pick.reason : null;
  return network && chain ? { coins, networks, coin, network, chain, reason } : null;
};

const pickNetwork = (
  networks: readonly NetworkOption[],
  chains: readonly Chain[],
  usualFee: UsualFee,
): { network: NetworkOption; reason: PickReason } | null => {
  const healthy = networks.filter(({ trouble }) => trouble === null);
  const [first] = healthy.length > 0 ? healthy : networks;
  if (!first) return null;
  const priced = healthy.flatMap((network) => {
    const chain = chains.find(({ id }) => id === network.chainId);
    const cents = chain ? usualFee(chain) : null;
    return cents === null ? [] : [{ network, cents }];
  });
  // One unknown fee may be the lowest.
  if (priced.length < healthy.length || priced.length < 2) return { network: first, reason: 'by_store' };
  const lowest = priced.reduce((best, next) => (next.cents < best.cents ? next : best));
  const isLower = priced.some(({ cents }) => cents > lowest.cents);
  return { network: lowest.network, reason: isLower ? 'by_fee' : 'by_store' };
};

const networkOption = (chain: Chain, cursors: readonly ChainCursor[], now: number): NetworkOption => {
  const cursor = cursors.find(({ chainId }) => chainId === chain.id);
  return { chainId: chain.id, name: chain.name, mark: chain.mark, trouble: troubleOf(chain, cursor, now) };
};

/** A network without a cursor counts as stopped. */
const troubleOf = (chain: Chain, cursor: ChainCursor | undefined, now: number): NetworkOption['trouble'] => {
  if (!cursor || cursor.trouble) return 'stopped';
  const lagSeconds = (now - cursor.blockTime.getTime()) / 1000;
  return lagSeconds > Math.max(LAG_MIN_SECONDS, LAG_BLOCKS * chain.blockSeconds) ? 'behind' : null;
};
