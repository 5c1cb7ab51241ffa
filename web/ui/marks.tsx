// Marks of networks and coins: plain shapes and letters of our own in colours that people know, and no copy of a logo. Decoration: the
// name is always beside them. Colours are attributes, which the content security policy allows.

interface Look {
  ground: string;
  /** Reads on the ground. */
  ink: string;
  /** A path in a square of 28; without one, the mark's letters. */
  shape?: string;
}

/** A diamond in two parts. */
const ETHER = 'M14 4.5l6.5 9.3L14 16.6l-6.5-2.8zM7.5 16.2L14 19l6.5-2.8L14 23.8z';
/** A diamond in the ring of another. */
const BNB = 'M14 4l10 10-10 10L4 14zM14 8.2L8.2 14l5.8 5.8 5.8-5.8zM14 11l3 3-3 3-3-3z';
/** A ring with six corners. */
const POLYGON = 'M14 4l8.7 5v10L14 24l-8.7-5V9zM14 8.2L9 11.1v5.8l5 2.9 5-2.9v-5.8z';
/** A disc on a line. */
const BASE = 'M14 4.8a7.1 7.1 0 1 1 0 14.2 7.1 7.1 0 0 1 0-14.2zM5.5 20.8h17v2.7h-17z';
/** An A with an open foot. */
const ARBITRUM = 'M14 4.5L22.5 23h-4.3L14 13.4 9.8 23H5.5zM14 17.2l2.6 5.8h-5.2z';

const LOOKS: Readonly<Record<string, Look>> = {
  ETH: { ground: '#4c5fc4', ink: '#fff', shape: ETHER },
  OP: { ground: '#d40a1e', ink: '#fff' },
  BNB: { ground: '#f0b90b', ink: '#1b1500', shape: BNB },
  POL: { ground: '#6f35d6', ink: '#fff', shape: POLYGON },
  BASE: { ground: '#0a4bf0', ink: '#fff', shape: BASE },
  ARB: { ground: '#12608c', ink: '#fff', shape: ARBITRUM },
  A: { ground: '#465264', ink: '#fff' },
  B: { ground: '#2c6e63', ink: '#fff' },
  USDT: { ground: '#167a5c', ink: '#fff' },
  USDC: { ground: '#2266bd', ink: '#fff' },
};

/** Test networks have the shape of the network that they stand for, dark on pale: their coins are worth nothing. */
const TESTS_OF: Readonly<Record<string, string>> = { SEP: 'ETH', BSEP: 'BASE', ASEP: 'ARB', AMOY: 'POL', TBNB: 'BNB' };
const TEST_COLOURS = { ground: '#e3e7ee', ink: '#3a4557' };

/** Of networks that the deployment adds. */
const OTHER_GROUNDS = ['#465264', '#7a3b5d', '#8a4b12', '#3d6324', '#5a4a8a', '#0f6a78'] as const;

const lookOf = (mark: string): Look => {
  const known = LOOKS[mark];
  if (known) return known;
  const tested = LOOKS[TESTS_OF[mark] ?? ''];
  if (tested) return { ...tested, ...TEST_COLOURS };
  // The same in each place; two networks that are side by side mostly differ.
  const sum = [...mark].reduce((total, letter) => total * 7 + letter.charCodeAt(0), 0);
  return { ground: OTHER_GROUNDS[sum % OTHER_GROUNDS.length] ?? OTHER_GROUNDS[0], ink: '#fff' };
};

/** By the number of letters: a mark has five at most, and all of them are shown. */
const LETTER_SIZES = [0, 15, 11.5, 9, 8, 6.8] as const;

/** A square with rounded corners. @param props.mark of `domain/chains.ts` */
export function NetworkMark({ mark, size = 28 }: { mark: string; size?: number }) {
  const { ground, ink, shape } = lookOf(mark);
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" aria-hidden className="flex-none" data-mark={mark}>
      <rect width="28" height="28" rx="8" fill={ground} />
      {shape ? (
        <path d={shape} fill={ink} fillRule="evenodd" />
      ) : (
        <Letters ink={ink} size={LETTER_SIZES[mark.length] ?? 6.8}>
          {mark}
        </Letters>
      )}
    </svg>
  );
}

/** A circle with the sign of a dollar coin. @param props.symbol also of a coin's other tokens: `USDT0` */
export function CoinMark({ symbol, size = 28 }: { symbol: string; size?: number }) {
  const { ground, ink } = lookOf(symbol.slice(0, 4));
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
