// When to look for the next block by polling. Blocks come in a rhythm: a look shortly after each is one call a block, where looks at
// twice the rhythm would be two. The phase is found by looking a little earlier each time until a look comes too early.

/** What the last looks found. */
export interface PollPhase {
  /** Looks in a row that found a new block. */
  hits: number;
  /** Looks in a row that found nothing. */
  misses: number;
}

/** A chain with blocks below this is looked at for several blocks at once. */
const FAST_BLOCK_MS = 1_000;
/** Of a fast chain's looks, for each call of a look: below one call a second, the second pass and the other providers' heads included. */
const FAST_MS_EACH_CALL = 1_090;
/** Head, cursor and logs; a look reads these, and a header for each block with a payment. */
const FAST_CALLS = 3;
/** A payment is found after this time, however many calls the looks before it took. */
export const LONGEST_FAST_LOOK_MS = 5_000;
const LONGEST_MS = 2_000;
/** Looks without a miss, after which the phase moves faster. */
const STEADY_HITS = 8;

/** At the start nothing is known of the rhythm: the phase moves fast until the first miss. */
export const NEW_PHASE: PollPhase = { hits: STEADY_HITS, misses: 0 };

export const isFastChain = ({ blockSeconds }: { blockSeconds: number }): boolean =>
  blockSeconds * 1_000 < FAST_BLOCK_MS;

/**
 * @param found new blocks whose headers the look read; on a fast chain the head and those with payments
 * @returns the phase after it, and milliseconds until the next one
 */
export const nextLook = (
  { hits, misses }: PollPhase,
  chain: { blockSeconds: number },
  found: number,
): { phase: PollPhase; waitMs: number } => {
  const blockMs = chain.blockSeconds * 1_000;
  if (isFastChain(chain)) {
    const calls = FAST_CALLS + Math.max(found - 1, 0);
    return { phase: NEW_PHASE, waitMs: Math.min(calls * FAST_MS_EACH_CALL, LONGEST_FAST_LOOK_MS) };
  }
  if (found === 0) {
    // A slow block, or a chain that stands still: later and later.
    const waitMs = Math.min(blockMs / 6 + (blockMs / 12) * misses, blockMs / 2, LONGEST_MS);
    return { phase: { hits: 0, misses: misses + 1 }, waitMs };
  }
  const isLate = found > 1 || hits >= STEADY_HITS;
  const phase = { hits: isLate ? STEADY_HITS : hits + 1, misses: 0 };
  return { phase, waitMs: blockMs - (isLate ? blockMs / 16 : blockMs / 100) };
};
