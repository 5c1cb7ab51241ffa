// Whether a node has an announced transaction, and it is about this checkout: its call or its logs name the deposit address. Anyone
// can make up a hash, and anyone can name somebody else's transaction.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { isRpcError } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { noteKnown } from '#db/intents/announced-transactions.ts';
import type { Orm } from '#db/orm.ts';
import type { Address, Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ChainPools } from '#web/chains/chain-pools.ts';

export interface KnownDeps {
  orm: Orm;
  pools: ChainPools;
}

/** A wallet may name its transaction before our node has it. */
const LOOKUPS = 3;
const LOOKUP_INTERVAL_MS = 700;

const transactionSchema = z.object({ input: z.string() });
const receiptSchema = z.object({ logs: z.array(z.object({ topics: z.array(z.string()) })) });

/** Asks the accepted chains, and marks the transaction as known when one has it. Not for a GET: it writes. @returns whether one has */
export const lookForKnown = async (
  deps: KnownDeps,
  intentId: IntentId,
  txHash: Hex,
  lookups = LOOKUPS,
): Promise<boolean> => {
  const isKnown = await isKnownToNodes(deps, intentId, txHash, lookups);
  if (isKnown) await noteKnown(deps.orm.em.fork(), intentId, txHash);
  return isKnown;
};

/** The same, and writes nothing. */
export const isKnownToNodes = async (
  { orm, pools }: KnownDeps,
  intentId: IntentId,
  txHash: Hex,
  lookups = 1,
): Promise<boolean> => {
  const em = orm.em.fork();
  const intent = await em.findOne(CheckoutIntent, { id: intentId }, { fields: ['acceptedChainIds', 'depositAddress'] });
  if (!intent) return false;
  const asked = intent.acceptedChainIds.flatMap((chainId) => pools.get(chainId) ?? []);
  for (let lookup = 1; ; lookup += 1) {
    const found = await Promise.all(asked.map((pool) => namesAddress(pool, txHash, intent.depositAddress)));
    if (found.includes(true)) return true;
    if (lookup >= lookups) return false;
    await delay(LOOKUP_INTERVAL_MS);
  }
};

const namesAddress = async (pool: RpcPool, txHash: Hex, address: Address): Promise<boolean> => {
  const word = address.slice(2).toLowerCase();
  try {
    const [transaction, receipt] = await pool.use((provider) =>
      provider.batch([
        { method: 'eth_getTransactionByHash', params: [txHash] },
        { method: 'eth_getTransactionReceipt', params: [txHash] },
      ]),
    );
    const call = transactionSchema.safeParse(transaction);
    const logs = receiptSchema.safeParse(receipt);
    return (
      (call.success && call.data.input.toLowerCase().includes(word)) ||
      (logs.success && logs.data.logs.some(({ topics }) => topics[2]?.toLowerCase().endsWith(word)))
    );
  } catch (error) {
    if (isRpcError(error)) return false;
    throw error;
  }
};
