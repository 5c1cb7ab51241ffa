// What a local chain is made of on the disk: one complete state (written aside, synced, renamed), and a journal of what
// came since: the empty blocks (number, time stamp, hash: anvil makes the same block again from these) and the
// transactions that were sent and not yet mined. A state costs more with every block, a journal line costs nothing.
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

  /** Anvil's flags that load the saved state; none for a new chain. Loaded before it listens, so nobody sees it empty. */
  loadFlags(): string[] {
    if (!existsSync(this.#stateFile)) return [];
    writeFileSync(this.#expandedFile, gunzipSync(readFileSync(this.#stateFile)));
    return ['--load-state', this.#expandedFile];
  }

  hasBlocksSinceState(): boolean {
    return this.#lines().some((line) => 'block' in line);
  }

  /** Raw transactions that were sent and had not been mined, in the order of their sending. */
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

  /** Mines the journal's blocks again and returns how many came out different (then and later ones are lost). */
  async replayBlocks(rpcUrl: string): Promise<number> {
    const head = await rpcCall<RpcBlock>(rpcUrl, 'eth_getBlockByNumber', ['latest', false]);
    const blocks = this.#lines().filter((line) => 'block' in line && line.block > Number(head.number)) as BlockLine[];
    // Anvil's clock starts at now and refuses to mine in the past.
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

  /** Saves the whole state and starts a new journal with the transactions that are still waiting. */
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
    // Killed here, the old journal stays: its blocks are below the new state's head, and replayBlocks skips them.
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
        // The last line, cut off by a kill or empty.
      }
    }
    return lines;
  }
}

/** Anvil takes the parts of a dump one after the other: one during which a block was mined does not fit together. */
async function dumpAtStillHead(rpcUrl: string): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const before = await rpcCall<string>(rpcUrl, 'eth_blockNumber');
    const dump = await rpcCall<string>(rpcUrl, 'anvil_dumpState');
    const after = await rpcCall<string>(rpcUrl, 'eth_blockNumber');
    if (before === after || tries === TRIES_FOR_A_STILL_HEAD) return dump;
  }
}
