// The tags `safe` and `finalized`, remembered from look to look: each is a call, and they move every few seconds at most. A remembered
// tag is too low at worst, so that it confirms too late and never too early; a reorganisation has both read anew.
import type { Chain } from '#domain/chains.ts';
import { readTags, type SettledTag } from './block-reader.ts';
import type { RpcProvider } from './rpc-provider.ts';

export interface ChainTags {
  /** Block numbers; null: not served, or not asked for. */
  safe: bigint | null;
  finalized: bigint | null;
  /** The head at which each was asked for last. */
  askedAt: Readonly<Partial<Record<SettledTag, bigint>>>;
}

export const UNKNOWN_TAGS: ChainTags = { safe: null, finalized: null, askedAt: {} };

export interface TagQuestion {
  head: bigint;
  /** A transfer waits for a tag. */
  isAwaited: boolean;
  /** The chain was reorganised, or is far ahead of the cursor. */
  isUrgent: boolean;
}

/** While money waits for a tag, it is read this often. */
const AWAITED_SECONDS = 12;
/** Otherwise, and for the second pass. */
const SECOND_PASS_BLOCKS = 32;
const SECOND_PASS_SECONDS = 64;

const blocksIn = (chain: Chain, seconds: number): bigint =>
  BigInt(Math.max(1, Math.round(seconds / chain.blockSeconds)));

/** Blocks that one second pass reads at the tip, and the pace at which `finalized` is asked for. */
export const secondPassBlocks = (chain: Chain): bigint => {
  const inTime = blocksIn(chain, SECOND_PASS_SECONDS);
  return inTime > BigInt(SECOND_PASS_BLOCKS) ? inTime : BigInt(SECOND_PASS_BLOCKS);
};

/** The tags that confirm money on this chain. */
const tagsOfRule = ({ confirmation }: Chain): SettledTag[] =>
  confirmation.tiers.flatMap(({ need }) => (need.kind === 'tag' ? [need.tag] : []));

/** Which tags are due; pure. */
export const tagsDue = (chain: Chain, known: ChainTags, { head, isAwaited, isUrgent }: TagQuestion): SettledTag[] => {
  const rule = tagsOfRule(chain);
  return [...new Set<SettledTag>([...rule, 'finalized'])].filter((tag) => {
    const askedAt = known.askedAt[tag];
    if (askedAt === undefined || head < askedAt || isUrgent) return true;
    // Without a tag that the rule needs, an operator is told so: asked at every block until it is served.
    if (rule.includes(tag) && known[tag] === null) return head > askedAt;
    const every = rule.includes(tag) && isAwaited ? blocksIn(chain, AWAITED_SECONDS) : secondPassBlocks(chain);
    return head >= askedAt + every;
  });
};

/** What is known with those that are due. */
export const refreshTags = async (
  provider: RpcProvider,
  chain: Chain,
  known: ChainTags,
  question: TagQuestion,
): Promise<ChainTags> => {
  const due = tagsDue(chain, known, question);
  if (due.length === 0) return known;
  const read = await readTags(provider, due);
  const askedAt = Object.fromEntries(due.map((tag) => [tag, question.head]));
  return { ...known, ...read, askedAt: { ...known.askedAt, ...askedAt } };
};
