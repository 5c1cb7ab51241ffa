// The relayer of a chain: calls the factory for many deposits at once. It holds only gas and can only pay the addresses in the terms
// (docs/architecture.md section 6). Two relayers are harmless: one holds the lease, and the ledger checks its token.
import { setTimeout as delay } from 'node:timers/promises';
import { Wallet } from 'ethers';
import type { Address } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import { LeaseLostError } from '#domain/errors.ts';
import type { DueSettlement, RelayerLease } from '#domain/settlements.ts';
import { readHeader } from './block-reader.ts';
import {
  estimateGas,
  isDeepEnough,
  readFees,
  readNativeBalance,
  readNonce,
  readTokenBalances,
} from './relayer-chain.ts';
import {
  defaultRelayerOptions,
  type RelayerContext,
  type RelayerOptions,
  RelayerTroubleError,
} from './relayer-context.ts';
import { follow, pricedWithin, send, sendForgotten, sign } from './relayer-transactions.ts';
import { isRpcError } from './rpc-errors.ts';
import type { RpcPool } from './rpc-pool.ts';
import { settleBatchCalldata } from './settlement-batch.ts';
import { readPayouts } from './settlement-events.ts';
import type { SettlementLedger } from './settlement-ledger.ts';
import type { WatcherLog } from './watch-session.ts';

export interface RelayerDeps {
  chain: Chain;
  pool: RpcPool;
  ledger: SettlementLedger;
  /** Pays for gas; nothing else is ever sent to it. */
  privateKey: string;
  log: WatcherLog;
  /** Names this run in the lease; two at once need two names. */
  owner: string;
}

/** Items of one transaction (docs/chains.md section 2: the price of an item hardly falls beyond). */
export const BATCH_ITEMS = 50;
const NONCES_IN_FLIGHT = 4;
/** EIP-7825 caps a transaction at 16.78 million gas. */
const GAS_LIMIT_CAP = 16_700_000n;
const FAILURE_WAIT_MS = 1_000;

export const createRelayer = (deps: RelayerDeps, overrides: Partial<RelayerOptions> = {}) => {
  const { chain, pool, ledger, log, owner } = deps;
  const wallet = new Wallet(deps.privateKey);
  const relayer = wallet.address as Address;
  const options = { ...defaultRelayerOptions(chain), ...overrides };
  const context: RelayerContext = { chain, pool, ledger, wallet, relayer, options };

  const hold = async (lease: RelayerLease, signal: AbortSignal, onTick: () => void): Promise<void> => {
    const lostSince = new Map<bigint, number>();
    let trouble: string | null | undefined;
    let renewedAt = performance.now();
    const say = async (label: string | null): Promise<void> => {
      if (label === trouble) return;
      if (label) log.warn({ chainId: chain.id, relayer, trouble: label }, 'relayer in trouble');
      await ledger.setTrouble(lease, label);
      trouble = label;
    };
    while (!signal.aborted) {
      onTick();
      let wait = options.pollMs;
      try {
        await relayStep(context, lease, lostSince);
        await say(await ledger.stuckMessage(chain.id, options.retry.attemptsUntilTrouble));
      } catch (error) {
        if (error instanceof LeaseLostError) throw error;
        log.warn({ chainId: chain.id, err: error }, 'relayer step failed');
        await say(error instanceof Error ? error.message : String(error));
        wait = Math.max(wait, FAILURE_WAIT_MS);
      }
      if (performance.now() - renewedAt > options.leaseMs / 3) {
        await ledger.renewLease(lease, options.leaseMs);
        renewedAt = performance.now();
      }
      await delay(wait, undefined, { signal }).catch(() => {});
    }
  };

  return {
    relayer,
    /** Relays until aborted, and then gives up the lease. Never throws: what fails is logged, shown as trouble, tried again. */
    async run(signal: AbortSignal, onTick: () => void = () => {}): Promise<void> {
      while (!signal.aborted) {
        onTick();
        let lease: RelayerLease | undefined;
        try {
          lease = await ledger.acquireLease(chain.id, relayer, owner, options.leaseMs);
          if (lease) await hold(lease, signal, onTick);
        } catch (error) {
          log.warn({ chainId: chain.id, err: error }, 'relayer stopped by an error; it starts again');
        } finally {
          if (lease) await ledger.releaseLease(lease).catch(() => {});
        }
        await delay(FAILURE_WAIT_MS, undefined, { signal }).catch(() => {});
      }
    },
  };
};

/** Looks after the transactions in flight, then sends a batch of what is due. @param lostSince as in `follow` */
export const relayStep = async (
  context: RelayerContext,
  lease: RelayerLease,
  lostSince: Map<bigint, number>,
): Promise<void> => {
  const open = await follow(context, lease, lostSince);
  if (open < NONCES_IN_FLIGHT) await settleDue(context, lease, open);
};

/** One batch of what is due: settles deposits that hold money, and investigates empty ones. */
const settleDue = async (context: RelayerContext, lease: RelayerLease, open: number): Promise<void> => {
  const { chain, pool, ledger, options } = context;
  const due = await ledger.due(chain.id, BATCH_ITEMS);
  if (due.length === 0) return;
  const balances = await pool.use((provider) =>
    readTokenBalances(
      provider,
      due.map(({ token, depositAddress }) => ({ token, owner: depositAddress })),
    ),
  );
  const full = due.filter((_, index) => (balances[index] ?? 0n) > 0n);
  const empty = due.filter((_, index) => balances[index] === 0n);
  const unknown = due.filter((_, index) => balances[index] === null);
  for (const item of empty) await lookIntoEmpty(context, lease, item);
  await ledger.postpone(
    lease,
    unknown.map(({ id }) => id),
    'the token did not tell the balance',
    options.retry,
  );
  // One factory in practice; another one only for intents made before it was replaced.
  for (const [factory, items] of Map.groupBy(full, ({ factory }) => factory))
    await sendBatch(context, lease, factory, items, open);
};

const sendBatch = async (
  context: RelayerContext,
  lease: RelayerLease,
  factory: Address,
  items: readonly DueSettlement[],
  open: number,
): Promise<void> => {
  const { pool, ledger, relayer, chain } = context;
  const data = settleBatchCalldata(items);
  const estimate = await pool.use((provider) => estimateGas(provider, { from: relayer, to: factory, data }));
  if ('denial' in estimate) {
    await postponeRejected(context, lease, factory, items, estimate.denial);
    return;
  }
  const wanted = (estimate.gas * 12n) / 10n;
  const gasLimit = wanted < GAS_LIMIT_CAP ? wanted : GAS_LIMIT_CAP;
  const { limit: _, ...fees } = pricedWithin(context, await pool.use(readFees));
  const [balance, used] = await pool.use((provider) =>
    Promise.all([readNativeBalance(provider, relayer), readNonce(provider, relayer)]),
  );
  if (balance < gasLimit * fees.maxFeePerGas) {
    throw new RelayerTroubleError(
      `The relayer ${relayer} has too little ${chain.nativeSymbol} on ${chain.name} for gas: ${balance} wei, ${gasLimit * fees.maxFeePerGas} needed`,
    );
  }
  const planned = await ledger.nextNonce(lease);
  if (open === 0 && used < planned) await sendForgotten(context, lease, used, planned);
  // The first start with a key that was used before, or a transaction that its owner sent by hand.
  if (used > planned) await ledger.setNextNonce(lease, used);
  const nonce = await ledger.nextNonce(lease);
  const transaction = await sign(context, { nonce, attempt: 1, to: factory, data, gasLimit, ...fees });
  await ledger.storeTransaction(
    lease,
    transaction,
    items.map(({ id }) => id),
  );
  await send(context, lease, transaction);
};

/** The batch would fail because of one item: estimates each alone, and retries the rest immediately. */
const postponeRejected = async (
  { pool, ledger, relayer, options }: RelayerContext,
  lease: RelayerLease,
  factory: Address,
  items: readonly DueSettlement[],
  denial: string,
): Promise<void> => {
  let found = false;
  for (const item of items) {
    const call = { from: relayer, to: factory, data: settleBatchCalldata([item]) };
    const alone = items.length === 1 ? { denial } : await pool.use((provider) => estimateGas(provider, call));
    if (!('denial' in alone)) continue;
    found = true;
    await ledger.postpone(lease, [item.id], alone.denial, options.retry);
  }
  if (!found) throw new RelayerTroubleError(`A batch of ${items.length} settlements would not run: ${denial}`);
};

/** A node that has lost the old logs must not keep every other settlement waiting behind this one. */
const lookIntoEmpty = async (context: RelayerContext, lease: RelayerLease, item: DueSettlement): Promise<void> => {
  try {
    await lookForPayment(context, lease, item);
  } catch (error) {
    if (!isRpcError(error)) throw error;
    await context.ledger.postpone(
      lease,
      [item.id],
      `the deposit address is empty: ${error.message}`,
      context.options.retry,
    );
  }
};

/**
 * A deposit that is empty before we paid it: somebody else settled it, maybe in parts, or its receiver's signed order did. The
 * contract's own events say what was paid; without one it is tried again later.
 */
const lookForPayment = async (context: RelayerContext, lease: RelayerLease, item: DueSettlement): Promise<void> => {
  const { chain, pool, ledger, options } = context;
  const taken = await ledger.recordedPayouts(chain.id, item);
  const refundDigests = await ledger.refundDigests(item.intentId);
  const found = await pool.use(async (provider) => {
    const head = await readHeader(provider, 'latest');
    const range = { from: item.firstBlock ?? head.number, to: head.number };
    const events = await readPayouts(provider, { ...item, refundDigests }, { ...range, taken });
    const latest = events.at(-1);
    return latest && { events, deep: await isDeepEnough(provider, chain, latest.block.number) };
  });
  if (found?.deep) await ledger.recordPaid(lease, item.id, found.events);
  else if (!found)
    await ledger.postpone(lease, [item.id], 'the deposit address is empty, and no settlement is found', options.retry);
};
