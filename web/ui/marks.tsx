// Marks of networks and coins: plain letters and shapes of our own in colours that people know. Decoration: the name is always beside
// them. Colours are attributes, which the content security policy allows.

/** The ground, and its letters in a colour that reads on it. */
const GROUNDS: Readonly<Record<string, { ground: string; ink: string }>> = {
  ETH: { ground: '#4c5fc4', ink: '#fff' },
  OP: { ground: '#d40a1e', ink: '#fff' },
  BNB: { ground: '#f0b90b', ink: '#1b1500' },
  POL: { ground: '#6f35d6', ink: '#fff' },
  BASE: { ground: '#0a4bf0', ink: '#fff' },
  ARB: { ground: '#1b4add', ink: '#fff' },
  A: { ground: '#465264', ink: '#fff' },
  B: { ground: '#2c6e63', ink: '#fff' },
  USDT: { ground: '#167a5c', ink: '#fff' },
  USDC: { ground: '#2266bd', ink: '#fff' },
};
const OTHER = { ground: '#465264', ink: '#fff' };

const MOST_LETTERS = 3;
const LETTER_SIZES = [0, 15, 11.5, 9] as const;

/** A square with rounded corners and up to three letters. @param props.mark of `domain/chains.ts` */
export function NetworkMark({ mark, size = 28 }: { mark: string; size?: number }) {
  const { ground, ink } = GROUNDS[mark] ?? OTHER;
  const letters = mark.slice(0, MOST_LETTERS);
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" aria-hidden className="flex-none" data-mark={mark}>
      <rect width="28" height="28" rx="8" fill={ground} />
      <Letters ink={ink} size={LETTER_SIZES[letters.length] ?? 9}>
        {letters}
      </Letters>
    </svg>
  );
}

/** A circle with the sign of a dollar coin. @param props.symbol also of a coin's other tokens: `USDT0` */
export function CoinMark({ symbol, size = 28 }: { symbol: string; size?: number }) {
  const { ground, ink } = GROUNDS[symbol.slice(0, 4)] ?? OTHER;
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" aria-hidden className="flex-none" data-mark={symbol}>
      <circle cx="14" cy="14" r="14" fill={ground} />
      {symbol.startsWith('USDT') ? (
        // A T with a bar through it.
        <path d="M7.5 7.5h13v3.2h-4.9v10.8h-3.2V10.7H7.5zM8.5 14h11v1.9h-11z" fill={ink} />
      ) : (
        <Letters ink={ink} size={16}>
          $
        </Letters>
      )}
    </svg>
  );
}

function Letters({ ink, size, children }: { ink: string; size: number; children: string }) {
  return (
    <text x="14" y="14" dy="0.36em" fill={ink} fontSize={size} fontWeight="700" textAnchor="middle">
      {children}
    </text>
  );
}

/** A coin with its network at the corner. */
export function PairMark({ symbol, mark }: { symbol: string; mark: string }) {
  return (
    <span className="relative block flex-none pr-2 pb-1">
      <CoinMark symbol={symbol} size={32} />
      <span className="absolute right-0 bottom-0 rounded-md border-2 border-surface">
        <NetworkMark mark={mark} size={16} />
      </span>
    </span>
  );
}
