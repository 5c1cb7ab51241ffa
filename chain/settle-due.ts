// One batch of what is due: which key sends it, and what becomes of settlements that cannot be sent.
import type { Address } from '#domain/address.ts';
import { BATCH_ITEMS, batchReason } from '#domain/settlement-batching.ts';
import type { DueSettlement, RelayerLease } from '#domain/settlements.ts';
import { readHeader } from './block-reader.ts';
import { readFees } from './gas-fees.ts';
import { estimateGas, isDeepEnough, readNativeBalance, readNonce, readTokenBalances } from './relayer-chain.ts';
import { type RelayerContext, type RelayerLine, RelayerTroubleError } from './relayer-context.ts';
import { mostCost, pricedWithin, send, sendForgotten, sign } from './relayer-transactions.ts';
import { isRpcError } from './rpc-errors.ts';
import { settleBatchCalldata } from './settlement-batch.ts';
import { readPayouts } from './settlement-events.ts';

/** EIP-7825 caps a transaction at 16.78 million gas. */
const GAS_LIMIT_CAP = 16_700_000n;

/**
 * Settles deposits that hold money, and investigates empty ones.
 * @param lines that may send now, at least one
 * @param others whether there are more, which are busy: then it is no trouble when none of these has enough gas
 */
export const settleDue = async (lines: readonly [RelayerLine, ...RelayerLine[]], others: boolean): Promise<void> => {
  const [{ context, lease }] = lines;
  const { chain, pool, ledger, options } = context;
  const due = await ledger.due(chain.id, BATCH_ITEMS);
  if (due.length === 0 || !(await isTimeFor(context, due))) return;
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
    await sendBatch(lines, others, factory, items);
};

const isTimeFor = async ({ chain, market, options }: RelayerContext, due: readonly DueSettlement[]): Promise<boolean> =>
  options.settleWithinMs === 0 ||
  batchReason(due, { ...(await market.prices()), nativeUsdCents: chain.nativeUsdCents }, options.settleWithinMs) !==
    null;

const sendBatch = async (
  lines: readonly [RelayerLine, ...RelayerLine[]],
  others: boolean,
  factory: Address,
  items: readonly DueSettlement[],
): Promise<void> => {
  const [{ context, lease }] = lines;
  const { pool, ledger } = context;
  const data = settleBatchCalldata(items);
  const estimate = await pool.use((provider) => estimateGas(provider, { from: context.relayer, to: factory, data }));
  if ('denial' in estimate) {
    await postponeRejected(context, lease, factory, items, estimate.denial);
    return;
  }
  const wanted = (estimate.gas * 12n) / 10n;
  const gasLimit = wanted < GAS_LIMIT_CAP ? wanted : GAS_LIMIT_CAP;
  const { limit: _, ...fees } = pricedWithin(context, await pool.use(readFees));
  const chosen = await lineWithGas(lines, gasLimit * fees.maxFeePerGas, others);
  if (!chosen) return;
  const { line, used } = chosen;
  const planned = await ledger.nextNonce(line.lease);
  if (line.open.count === 0 && used < planned) await sendForgotten(line.context, line.lease, used, planned);
  // The first start with a key that was used before, or a transaction that its owner sent by hand.
  if (used > planned) await ledger.setNextNonce(line.lease, used);
  const nonce = await ledger.nextNonce(line.lease);
  const transaction = await sign(line.context, { nonce, attempt: 1, to: factory, data, gasLimit, ...fees });
  const ids = items.map(({ id }) => id);
  // Another process may send with another key, and have taken one of them: what is due then is read anew.
  if (await ledger.storeTransaction(line.lease, transaction, ids)) await send(line.context, line.lease, transaction);
};

/**
 * The key with the fewest transactions in flight, then the most gas. A key stands back when what its transactions in flight leave does
 * not pay the batch twice: the second part is for a replacement at a higher price.
 */
const lineWithGas = async (
  lines: readonly [RelayerLine, ...RelayerLine[]],
  cost: bigint,
  others: boolean,
): Promise<{ line: RelayerLine; used: bigint } | undefined> => {
  const [{ context }] = lines;
  const accounts = await context.pool.use((provider) =>
    Promise.all(
      lines.map(async (line) => {
        const { relayer } = line.context;
        const [balance, used] = await Promise.all([readNativeBalance(provider, relayer), readNonce(provider, relayer)]);
        return { line, used, free: balance - mostCost(line.open.unmined) };
      }),
    ),
  );
  const ranked = accounts.sort((a, b) => a.line.open.count - b.line.open.count || (a.free < b.free ? 1 : -1));
  const needed = cost * 2n;
  const chosen = ranked.find(({ free }) => free >= needed);
  if (chosen || others) return chosen;
  const [richest] = ranked.sort((a, b) => (a.free < b.free ? 1 : -1));
  const { chain } = context;
  throw new RelayerTroubleError(
    `The relayer ${richest?.line.context.relayer} has too little ${chain.nativeSymbol} on ${chain.name} for gas: ${richest?.free} wei, ${needed} needed`,
  );
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
