// A watcher asks for second words beside its steps: a provider that hangs delays no block.
import { type TransferFacts, transferKey, type UnvouchedTransfer } from '#domain/observed-blocks.ts';
import { within } from '#domain/within.ts';
import type { RpcPool } from './rpc-pool.ts';
import { type AwaitedWords, askForWords, nextToAsk, verdictOf, type Waiting } from './second-word.ts';
import type { WatchSession } from './watch-session.ts';

/** A step waits this long for words; those that come later are taken by a later step. */
const IN_STEP_MS = 1_000;
const OFTEN_MS = 60_000;
const FIRST_AGAIN_MS = 1_000;
const LONGEST_AGAIN_MS = 30_000;
/** How long providers may contradict each other before the operator sees it: they may be on two branches for some blocks. */
const TROUBLE_AFTER_MS = 30_000;

/** Of the only provider's keys, so many are remembered; older ones are asked for again. */
const REMEMBERED = 50_000;

/** There is no second provider to ask. */
export const isAlone = ({ size }: RpcPool): boolean => size < 2;

/** What the only provider has said: it need not say it again until the watch ends. What an earlier watch left in the ledger, it must. */
export const noteOwn = ({ own }: AwaitedWords, transfers: readonly TransferFacts[]): void => {
  for (const transfer of transfers) own.add(transferKey(transfer));
  for (const key of own) {
    if (own.size <= REMEMBERED) break;
    own.delete(key);
  }
};

/** After a commit: what it left waiting takes the place of what waited before. */
export const noteUnvouched = (words: AwaitedWords, unvouched: readonly UnvouchedTransfer[]): void => {
  const now = performance.now();
  const asNew = (): Waiting => ({ since: now, askedAt: 0, isContradicted: false });
  words.waiting = unvouched;
  words.known = new Map(unvouched.map(transferKey).map((key) => [key, words.known.get(key) ?? asNew()]));
  words.vouched = new Set();
  words.denied = new Set();
  // At first, every new block is a reason to ask again.
  if ([...words.known.values()].some(({ since }) => now - since < OFTEN_MS)) words.askAt = 0;
};

/** Asks when it is time to, and judges what was said. @returns whether something may be confirmed, or is to be taken back */
export const gatherWords = async ({ deps, state: { words } }: WatchSession): Promise<boolean> => {
  if (!words.asking) {
    if (words.waiting.length === 0 || performance.now() < words.askAt) return false;
    const asked = nextToAsk(words);
    words.asking = askForWords(deps, asked).then((said) => ({ asked, said }));
  }
  const response = await within(IN_STEP_MS, words.asking, undefined);
  if (!response) return false;
  words.asking = undefined;
  const now = performance.now();
  const failures = new Map(deps.pool.health().map(({ name, failures: inRow }) => [name, inRow]));
  let longest = 0;
  for (const transfer of response.asked) {
    const key = transferKey(transfer);
    const waiting = words.known.get(key);
    // A reorganisation has taken it meanwhile.
    if (!waiting) continue;
    const verdict = verdictOf(key, response.said, failures, now - waiting.since);
    if (verdict === 'confirmed') words.vouched.add(key);
    else if (verdict === 'denied') words.denied.add(key);
    else longest = Math.max(longest, now - waiting.since);
    Object.assign(waiting, { askedAt: now, isContradicted: verdict === 'no' });
  }
  const isAllAsked = response.asked.length === words.waiting.length;
  words.askAt = isAllAsked ? now + Math.min(Math.max(longest / 4, FIRST_AGAIN_MS), LONGEST_AGAIN_MS) : now;
  return words.vouched.size + words.denied.size > 0;
};

/** While money waits for a word, the next step comes soon. */
export const waitForWords = ({ waiting, asking, askAt }: AwaitedWords, waitMs: number): number =>
  waiting.length === 0 ? waitMs : Math.min(waitMs, asking ? 0 : Math.max(askAt - performance.now(), 0));

/** For the operator: providers that have contradicted each other for a while. Null without. */
export const troubleOfWords = ({ waiting, known }: AwaitedWords): string | null => {
  const now = performance.now();
  const [first, ...others] = waiting.filter((transfer) => {
    const { isContradicted, since } = known.get(transferKey(transfer)) ?? { isContradicted: false, since: now };
    return isContradicted && now - since > TROUBLE_AFTER_MS;
  });
  return first
    ? `Providers contradict each other about ${others.length + 1} payment(s), which are not confirmed; the first is in transaction ${first.txHash}, block ${first.blockNumber}`
    : null;
};
