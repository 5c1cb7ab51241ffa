// The coins and networks that a checkout offers, and the health of each network's watcher.

import type { ChainCursor } from '#db/entities/chain.entity.ts';
import { type Chain, tokenOf } from '#domain/chains.ts';
import { type CoinId, coinSymbol } from '#domain/coins.ts';
import type { CheckoutChoice, CoinOption, NetworkOption } from './view-types.ts';

/** With a watcher this far behind the clock, the page advises another network. */
const LAG_BLOCKS = 30;
const LAG_MIN_SECONDS = 60;

export interface Offer {
  coins: CoinOption[];
  /** Networks that have the chosen coin. */
  networks: NetworkOption[];
  coin: CoinOption;
  network: NetworkOption;
  chain: Chain;
}

/**
 * The offer for a choice, or null when no enabled network has an accepted coin. Healthy networks come first; the shopper's own
 * choice is never overruled.
 */
export const offerFor = (
  acceptedCoins: readonly CoinId[],
  chains: readonly Chain[],
  cursors: readonly ChainCursor[],
  choice: CheckoutChoice,
  now: number,
): Offer | null => {
  const coins = acceptedCoins
    .filter((coin) => chains.some((chain) => tokenOf(chain, coin)))
    .map((id) => ({ id, symbol: coinSymbol(id) }));
  const coin = coins.find(({ symbol }) => symbol === choice.coin) ?? coins[0];
  if (!coin) return null;

  const having = chains.filter((chain) => tokenOf(chain, coin.id));
  const networks = having.map((chain) => networkOption(chain, cursors, now));
  const network =
    networks.find(({ chainId }) => String(chainId) === choice.network) ??
    networks.find(({ trouble }) => trouble === null) ??
    networks[0];
  const chain = having.find(({ id }) => id === network?.chainId);
  return network && chain ? { coins, networks, coin, network, chain } : null;
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
