// Combines the quotes of several providers into one rate: their median, if enough of them agree with it.

export interface RateQuote {
  source: string;
  /** Coin per unit of fiat, parts of 1e10. */
  rateE10: bigint;
}

export interface AgreedRate {
  rateE10: bigint;
  /** Whose quotes agree, sorted, joined by a plus sign. */
  source: string;
  /** Those that are too far from the median. */
  outliers: string[];
}

/** How far from the median a quote may be, in basis points. Major currencies move by less between two providers' updates. */
export const AGREEMENT_BPS = 200n;
/** A single provider may be wrong without anybody noticing. */
export const QUOTES_NEEDED = 2;

const median = (sorted: readonly bigint[]): bigint => {
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0n;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0n;
  return (upper + lower) / 2n;
};

/** Null when fewer than two quotes agree: then the stored rate stays, and grows too old. */
export const agreeOnRate = (quotes: readonly RateQuote[]): AgreedRate | null => {
  const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
  const middle = median(quotes.map(({ rateE10 }) => rateE10).sort(compare));
  const agrees = ({ rateE10 }: RateQuote): boolean => {
    const distance = rateE10 > middle ? rateE10 - middle : middle - rateE10;
    return distance * 10_000n <= middle * AGREEMENT_BPS;
  };
  const agreeing = quotes.filter(agrees);
  if (agreeing.length < QUOTES_NEEDED) return null;
  return {
    rateE10: median(agreeing.map(({ rateE10 }) => rateE10).sort(compare)),
    source: agreeing
      .map(({ source }) => source)
      .sort()
      .join('+'),
    outliers: quotes.filter((quote) => !agrees(quote)).map(({ source }) => source),
  };
};
