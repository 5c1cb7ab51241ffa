// A chain in memory: blocks with transactions and logs, a pool of waiting transactions, and reorganisations.
import { createHash } from 'node:crypto';
import { hashOfHeader } from '#chain/header-proof.ts';
import { bloomOfLogs } from '#chain/logs-bloom.ts';
import type { Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { ChainState, Effect, SimLog } from './contracts.ts';

export interface SimTx {
  hash: Hex;
  /** Account and nonce of a transaction that must be mined in order; null for others. */
  nonce: { account: string; value: number } | null;
  run(state: ChainState, blockTime: number): Effect;
}

export interface MinedTx extends Effect {
  tx: SimTx;
  /** Log index of its first log within the block. */
  firstLog: number;
}

export interface SimBlock {
  number: number;
  hash: Hex;
  parentHash: Hex;
  /** Unix seconds. */
  time: number;
  /** As a node gives it; `hash` is the hash of its fields. */
  header: Readonly<Record<string, unknown>>;
  txs: readonly MinedTx[];
  state: ChainState;
}

/** What becomes of a transaction whose block was removed. */
export type Fate = 'kept' | 'dropped' | 'later';

export interface SimChain {
  readonly chain: Chain;
  readonly blocks: readonly SimBlock[];
  head(): SimBlock;
  /** Puts a transaction into the pool; the next block has it. */
  submit(tx: SimTx): void;
  pending(): readonly SimTx[];
  /** @param now epoch ms; a block is not older than its parent */
  mine(blocks: number, now: number): void;
  /** Replaces the highest blocks by one more than there were. @returns the hashes of dropped transactions */
  reorganise(depth: number, now: number, fate: (tx: SimTx, index: number) => Fate): Set<Hex>;
  find(hash: Hex): { block: SimBlock; mined: MinedTx } | undefined;
  /** How far below the head `safe` and `finalized` are. */
  readonly lag: { safe: number; finalized: number };
}

const EMPTY_BLOOM: Hex = `0x${'0'.repeat(512)}`;
const NO_HASH: Hex = `0x${'0'.repeat(64)}`;
const quantity = (value: number): Hex => `0x${value.toString(16)}`;

/** Fields of a header that nothing reads, but that are in its hash. */
const EMPTY_HEADER = {
  ...{ sha3Uncles: NO_HASH, stateRoot: NO_HASH, transactionsRoot: NO_HASH, receiptsRoot: NO_HASH, mixHash: NO_HASH },
  ...{ miner: `0x${'0'.repeat(40)}`, nonce: `0x${'0'.repeat(16)}`, difficulty: '0x0', gasLimit: '0x0', gasUsed: '0x0' },
  baseFeePerGas: quantity(1_000_000_000),
};

export const hashOf = (...parts: (string | number)[]): Hex =>
  `0x${createHash('sha256').update(parts.join('|')).digest('hex')}`;

const clone = ({ balances, nonces, usedDigests }: ChainState): ChainState => ({
  balances: new Map(balances),
  nonces: new Map(nonces),
  usedDigests: new Set(usedDigests),
});

/** @param salt distinguishes the hashes of two runs */
export const createChain = (chain: Chain, salt: string, startAt: number): SimChain => {
  const depth = Math.max(...chain.confirmation.tiers.map(({ need }) => (need.kind === 'depth' ? need.blocks : 3)));
  // Below every reorganisation that the simulator makes on chains where a final block never changes.
  const lag = { safe: depth + 7, finalized: depth + 7 };
  const blocks: SimBlock[] = [];
  let pool: SimTx[] = [];
  let forks = 0;

  const append = (time: number, txs: readonly SimTx[]): SimTx[] => {
    const parent = blocks.at(-1);
    const before = parent?.state ?? { balances: new Map(), nonces: new Map(), usedDigests: new Set<string>() };
    const state = txs.length > 0 ? clone(before) : before;
    const mined: MinedTx[] = [];
    const waiting: SimTx[] = [];
    let logs = 0;
    for (const tx of txs) {
      if (tx.nonce && (state.nonces.get(tx.nonce.account) ?? 0) !== tx.nonce.value) {
        if ((state.nonces.get(tx.nonce.account) ?? 0) < tx.nonce.value) waiting.push(tx);
        continue;
      }
      const effect = tx.run(state, time);
      if (tx.nonce) state.nonces.set(tx.nonce.account, tx.nonce.value + 1);
      mined.push({ tx, ...effect, firstLog: logs });
      logs += effect.logs.length;
    }
    const all: SimLog[] = mined.flatMap((one) => one.logs);
    const number = blocks.length;
    const parentHash = parent?.hash ?? NO_HASH;
    const fields = {
      ...EMPTY_HEADER,
      parentHash,
      number: quantity(number),
      timestamp: quantity(time),
      logsBloom: all.length === 0 ? EMPTY_BLOOM : `0x${Buffer.from(bloomOfLogs(all)).toString('hex')}`,
      extraData: hashOf('block', salt, chain.id, number, forks),
    };
    const hash = hashOfHeader(fields);
    blocks.push({ number, hash, parentHash, time, header: { ...fields, hash }, txs: mined, state });
    return waiting;
  };

  append(Math.floor(startAt / 1000), []);
  const head = (): SimBlock => blocks.at(-1) as SimBlock;
  const nextTime = (now: number): number =>
    Math.max(Math.floor(now / 1000), head().time + (chain.blockSeconds < 1 ? 0 : 1));

  return {
    chain,
    blocks,
    lag,
    head,
    pending: () => pool,
    submit(tx) {
      pool.push(tx);
    },
    mine(count, now) {
      for (let index = 0; index < count; index += 1) pool = append(nextTime(now), pool);
    },
    reorganise(wanted, now, fate) {
      const removed = blocks.splice(blocks.length - Math.min(wanted, blocks.length - 1));
      forks += 1;
      const dropped = new Set<Hex>();
      const later: SimTx[] = [];
      let index = 0;
      let carried: SimTx[] = [];
      for (const { time, txs } of removed) {
        const kept = txs.flatMap(({ tx }) => {
          const choice = fate(tx, index++);
          if (choice === 'dropped') dropped.add(tx.hash);
          if (choice === 'later') later.push(tx);
          return choice === 'kept' ? [tx] : [];
        });
        carried = append(time, [...carried, ...kept]);
      }
      pool = append(nextTime(now), [...carried, ...later, ...pool]);
      return dropped;
    },
    find(hash) {
      for (let at = blocks.length - 1; at >= 0; at -= 1) {
        const block = blocks[at];
        const mined = block?.txs.find(({ tx }) => tx.hash === hash);
        if (block && mined) return { block, mined };
      }
      return undefined;
    },
  };
};
