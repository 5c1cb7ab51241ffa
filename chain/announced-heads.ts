// The heads that subscriptions announced, and what the pool said of them. A subscription is blamed only for a head that contradicts a block
// which the pool has: of a number that nobody read (fast chains skip most), nothing is known, and a notification can get lost on its way.
import type { Hex } from '#domain/address.ts';
import type { BlockPoint } from '#domain/observed-blocks.ts';
import type { Header } from './block-reader.ts';

/** Who announced a head. */
export interface HeadSource {
  /** A head of this source is on the chain. */
  praise(): void;
  /** A head of this source is not on the chain. */
  blame(): void;
}

/** Blocks that the pool has. */
export interface PoolBlocks {
  blocks: readonly Pick<Header, 'hash' | 'number'>[];
  /** The number of the pool's head. */
  head: bigint;
  /** The chain was reorganised: what was known above is gone. */
  orphanAbove: bigint | null;
}

export interface AnnouncedHeads {
  /**
   * @returns isNew: nobody has announced it or seen it in the pool; isNews: neither it nor a later block has been known for long. A head
   * that is new and no news is of a source that lags, or of a reorganisation.
   */
  hear(source: HeadSource, header: Header): { isNew: boolean; isNews: boolean };
  /** Announced headers after the cursor, each proven and the parent of the next; at most `ANNOUNCED_AT_ONCE`. Empty: none that fit. */
  after(cursor: BlockPoint): Header[];
  /** Settles who told the truth. */
  confirm(pool: PoolBlocks): void;
  /** The pool does not have these yet, or never. They are not offered again. */
  doubt(headers: readonly Header[]): void;
  hasDoubts(): boolean;
  /** When the last new head was announced, on the clock. */
  newsAt(): number;
  /** How long heads are held back, in milliseconds: the pool's nodes may be behind those that announce. */
  allowanceMs(): number;
}

export interface HeadTimes {
  blockMs: number;
  /** What has been known for this long is no news. */
  silentMs: number;
  /** In milliseconds. */
  clock: () => number;
}

const ANNOUNCED_AT_ONCE = 64;
const KEPT = 512;
/** How far above the pool's head an announced one may be. */
const AHEAD_BLOCKS = 3n;

interface Announced {
  header: Header;
  from: Set<HeadSource>;
  at: number;
  state: 'new' | 'doubted' | 'confirmed';
}

/** A block of the pool, and since when it is known. */
interface Known {
  hash: Hex;
  at: number;
}

export const createAnnouncedHeads = ({ blockMs, silentMs, clock }: HeadTimes): AnnouncedHeads => {
  const heads = new Map<Hex, Announced>();
  /** When the pool showed a block that no subscription announced. */
  const seenWithout = new Map<Hex, number>();
  /** The pool's blocks by number, on one chain; on fast chains with gaps. */
  const known = new Map<bigint, Known>();
  let newsAt = Number.NEGATIVE_INFINITY;
  let allowanceMs = 0;

  const confirmOne = (announced: Announced): void => {
    if (announced.state === 'confirmed') return;
    allowanceMs =
      announced.state === 'doubted'
        ? Math.min(allowanceMs + blockMs / 20, blockMs / 4)
        : Math.max(allowanceMs - blockMs / 400, 0);
    announced.state = 'confirmed';
    settle(announced, true);
  };

  const learn = (number: bigint, hash: Hex): void => {
    const before = known.get(number);
    if (before?.hash === hash) return;
    // Another block than before: whatever else was known may be of the other branch.
    if (before) known.clear();
    known.set(number, { hash, at: clock() });
  };

  /** The pool's chain had a block of this number, or a later one, long ago. */
  const isLongPassed = (number: bigint): boolean =>
    [...known].some(([height, { at }]) => height >= number && clock() - at >= silentMs);

  return {
    hear(source, header) {
      const now = clock();
      const knownSince = heads.get(header.hash)?.at ?? seenWithout.get(header.hash);
      if (knownSince !== undefined) {
        heads.get(header.hash)?.from.add(source);
        return { isNew: false, isNews: now - knownSince < silentMs };
      }
      const isNews = !isLongPassed(header.number);
      heads.set(header.hash, { header, from: new Set([source]), at: now, state: 'new' });
      forgetOldest(heads);
      if (isNews) newsAt = now;
      return { isNew: true, isNews };
    },
    after: (cursor) => descendants(heads, cursor),
    confirm({ blocks, head, orphanAbove }) {
      if (orphanAbove !== null) forgetAbove(known, orphanAbove);
      for (const { hash, number } of blocks) {
        if (!heads.has(hash)) seenWithout.set(hash, clock());
        learn(number, hash);
        // A proven header binds those below it.
        for (let at = heads.get(hash); at && at.state !== 'confirmed'; at = heads.get(at.header.parentHash)) {
          confirmOne(at);
          if (!at.header.isProven) break;
          learn(at.header.number - 1n, at.header.parentHash);
        }
      }
      forgetOldest(seenWithout);
      forgetOldest(known);
      for (const [hash, announced] of heads) {
        if (announced.state === 'confirmed') continue;
        const { number } = announced.header;
        const inPool = known.get(number)?.hash;
        const isOver = number <= head || (inPool !== undefined && inPool !== hash);
        const isFarAhead = number > head + AHEAD_BLOCKS && clock() - announced.at > silentMs;
        if (!isOver && !isFarAhead) continue;
        heads.delete(hash);
        if (inPool === hash) settle(announced, true);
        else if (inPool !== undefined || isFarAhead) settle(announced, false);
      }
    },
    doubt(headers) {
      for (const { hash } of headers) {
        const announced = heads.get(hash);
        if (announced) announced.state = 'doubted';
      }
    },
    hasDoubts: () => [...heads.values()].some(({ state }) => state === 'doubted'),
    newsAt: () => newsAt,
    allowanceMs: () => allowanceMs,
  };
};

/** Of the newest head that descends from the cursor through proven headers: the headers from the cursor on. */
const descendants = (heads: ReadonlyMap<Hex, Announced>, cursor: BlockPoint): Header[] => {
  for (const { header: tip } of [...heads.values()].reverse()) {
    const headers: Header[] = [];
    let at = heads.get(tip.hash);
    while (at?.state === 'new' && at.header.isProven && at.header.number > cursor.number) {
      headers.push(at.header);
      if (at.header.parentHash === cursor.hash) return headers.reverse().slice(0, ANNOUNCED_AT_ONCE);
      at = heads.get(at.header.parentHash);
    }
  }
  return [];
};

const settle = ({ from }: Announced, isTrue: boolean): void => {
  for (const source of from) isTrue ? source.praise() : source.blame();
};

const forgetOldest = (map: Map<unknown, unknown>): void => {
  for (const key of map.keys()) {
    if (map.size <= KEPT) return;
    map.delete(key);
  }
};

const forgetAbove = (known: Map<bigint, unknown>, height: bigint): void => {
  for (const number of known.keys()) if (number > height) known.delete(number);
};
