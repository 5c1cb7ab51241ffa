// A local chain on disk: one complete state, replaced atomically, and a journal of later changes. The journal has empty blocks
// (number, timestamp, hash: anvil mines the same block again from these) and transactions that were sent but not mined. Saving a
// state gets slower with every block; a journal line is cheap.
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type RpcBlock, rpcCall } from './json-rpc.ts';

interface BlockLine {
  block: number;
  timestamp: number;
  hash: string;
}

interface TransactionLine {
  hash: string;
  raw: string;
}

const TRIES_FOR_A_STILL_HEAD = 5;

export class ChainStore {
  readonly #stateFile: string;
  readonly #expandedFile: string;
  readonly #journalFile: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#stateFile = join(folder, 'state.json.gz');
    this.#expandedFile = join(folder, 'state.json');
    this.#journalFile = join(folder, 'since-state.jsonl');
  }

  /** Anvil's flags that load the saved state before it listens; none for a new chain. */
  loadFlags(): string[] {
    if (!existsSync(this.#stateFile)) return [];
    writeFileSync(this.#expandedFile, gunzipSync(readFileSync(this.#stateFile)));
    return ['--load-state', this.#expandedFile];
  }

  hasBlocksSinceState(): boolean {
    return this.#lines().some((line) => 'block' in line);
  }

  /** Raw transactions that were sent but not mined, in sending order. */
  pendingTransactions(): TransactionLine[] {
    return this.#lines().filter((line) => 'raw' in line);
  }

  addBlock(block: RpcBlock): void {
    const line: BlockLine = { block: Number(block.number), timestamp: Number(block.timestamp), hash: block.hash };
    appendFileSync(this.#journalFile, `${JSON.stringify(line)}\n`);
  }

  addTransaction(hash: string, raw: string): void {
    appendFileSync(this.#journalFile, `${JSON.stringify({ hash, raw } satisfies TransactionLine)}\n`);
  }

  /** Mines the journal's blocks again. @returns how many blocks are lost because a hash came out different */
  async replayBlocks(rpcUrl: string): Promise<number> {
    const head = await rpcCall<RpcBlock>(rpcUrl, 'eth_getBlockByNumber', ['latest', false]);
    const blocks = this.#lines().filter((line) => 'block' in line && line.block > Number(head.number)) as BlockLine[];
    // Anvil's clock starts at the present time, and it rejects blocks in the past.
    await rpcCall(rpcUrl, 'evm_setTime', [Number(head.timestamp)]);
    for (const [index, { timestamp, hash }] of blocks.entries()) {
      await rpcCall(rpcUrl, 'evm_mine', [{ timestamp }]);
      const mined = await rpcCall<RpcBlock>(rpcUrl, 'eth_getBlockByNumber', ['latest', false]);
      if (mined.hash !== hash) {
        await rpcCall(rpcUrl, 'anvil_rollback', [1]);
        return blocks.length - index;
      }
    }
    return 0;
  }

  /** Saves the whole state and starts a new journal with the pending transactions. */
  async saveState(rpcUrl: string): Promise<void> {
    const dump = await dumpAtStillHead(rpcUrl);
    const unfinished = `${this.#stateFile}.new`;
    const file = openSync(unfinished, 'w');
    try {
      writeFileSync(file, Buffer.from(dump.slice(2), 'hex'));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, this.#stateFile);
    rmSync(this.#expandedFile, { force: true });
    // After a kill here the old journal remains. Its blocks are below the new head, so replayBlocks skips them.
    const waiting: string[] = [];
    for (const line of this.pendingTransactions()) {
      const known = await rpcCall<{ blockNumber: string | null } | null>(rpcUrl, 'eth_getTransactionByHash', [
        line.hash,
      ]);
      if (!known?.blockNumber) waiting.push(`${JSON.stringify(line)}\n`);
    }
    writeFileSync(`${this.#journalFile}.new`, waiting.join(''));
    renameSync(`${this.#journalFile}.new`, this.#journalFile);
  }

  #lines(): (BlockLine | TransactionLine)[] {
    if (!existsSync(this.#journalFile)) return [];
    const lines: (BlockLine | TransactionLine)[] = [];
    for (const text of readFileSync(this.#journalFile, 'utf8').split('\n')) {
      try {
        lines.push(JSON.parse(text));
      } catch {
        // The last line: empty, or incomplete after a kill.
      }
    }
    return lines;
  }
}

/** Anvil reads the parts of a dump in sequence: a dump is inconsistent when a block was mined meanwhile. */
async function dumpAtStillHead(rpcUrl: string): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const before = await rpcCall<string>(rpcUrl, 'eth_blockNumber');
    const dump = await rpcCall<string>(rpcUrl, 'anvil_dumpState');
    const after = await rpcCall<string>(rpcUrl, 'eth_blockNumber');
    if (before === after || tries === TRIES_FOR_A_STILL_HEAD) return dump;
  }
}
