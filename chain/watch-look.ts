// What every look of a watcher begins with.
import type { Chain } from '#domain/chains.ts';
import type { WatchPosition } from '#domain/observed-blocks.ts';
import type { RpcPool } from './rpc-pool.ts';
import type { TransferScanner } from './transfer-scan.ts';
import type { WatchLedger } from './watch-ledger.ts';
import type { ChainTags } from './watch-tags.ts';

export interface ReadDeps {
  chain: Chain;
  pool: RpcPool;
  ledger: WatchLedger;
  scanner: TransferScanner;
}

/** What a look begins with. */
export interface Look extends WatchPosition {
  tags: ChainTags;
  /** Money waits for a tag. */
  isTagAwaited: boolean;
  /** A head below the cursor counts as a reorganisation (a local chain that was reset). */
  allowRollback: boolean;
}
