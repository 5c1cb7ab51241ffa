// Stable coins of the Open API (docs/open-api.md section 8). BUSD (3) exists on the wire and is disabled.

export const STABLE_COINS = { 1: 'USDT', 2: 'USDC' } as const;
export const DISABLED_STABLE_COINS = { 3: 'BUSD' } as const;

export type CoinId = keyof typeof STABLE_COINS;
export type CoinSymbol = (typeof STABLE_COINS)[CoinId];

export const COIN_IDS = Object.keys(STABLE_COINS).map(Number) as CoinId[];
/**
 * The coins of a store that has chosen none: `accepted_coins` is null. A coin that is added later is not among them, so that no store gets
 * money in a coin that nobody there has agreed to (decision 0113).
 */
const COINS_WITHOUT_CHOICE: readonly CoinId[] = [1, 2];
export const DEFAULT_ACCEPTED_COINS: readonly CoinId[] = [1];

export const isCoinId = (value: unknown): value is CoinId =>
  typeof value === 'number' && Object.hasOwn(STABLE_COINS, value);

/** @param chosen null: the store has chosen none */
export const acceptedCoinsOf = (chosen: readonly CoinId[] | null | undefined): readonly CoinId[] =>
  chosen ?? COINS_WITHOUT_CHOICE;

export const coinSymbol = (id: CoinId): CoinSymbol => STABLE_COINS[id];

export const coinBySymbol = (symbol: string): CoinId | undefined =>
  COIN_IDS.find((id) => STABLE_COINS[id] === symbol.toUpperCase());
