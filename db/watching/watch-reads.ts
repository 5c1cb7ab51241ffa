// What a watcher reads of the ledger: the deposits among some addresses, stored blocks and transfers, and blocks to read again.
import type { Address, Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf, unitsOf } from '#domain/money.ts';
import type { BlockPoint, KnownDeposit, TransferFacts } from '#domain/observed-blocks.ts';
import { BlockRecheck } from '../entities/chain.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { now } from '../sql.ts';
import { IS_REJECTED_TOKEN } from './token-checks.ts';

interface Recheck {
  txHash: Hex;
  blockNumber: bigint;
}

/** The reading part of the ledger, over an entity manager that is forked for each call. */
export const createWatchReads = (entityManager: Em) => ({
  /** One statement for a batch of blocks, whatever the number of addresses. */
  async depositsAmong(chainId: number, addresses: readonly Address[]): Promise<Map<Address, KnownDeposit>> {
    const { rows } = await sqlOf({ em: entityManager }).query<{
      deposit_address: Address;
      id: IntentId;
      price: string;
      minimum: number | null;
    }>({
      name: 'deposits-among',
      text: `select i.deposit_address, i.id, i.amount_units::text as price, (s.minimum_confirmations ->> $1::text)::int as minimum
       from jsonb_array_elements_text($2::jsonb) as a(address)
       join checkout_intent i on i.deposit_address = a.address join store s on s.id = i.store_id`,
      values: [String(chainId), JSON.stringify(addresses)],
    });
    return new Map(
      rows.map((row) => [
        row.deposit_address,
        { intentId: row.id, storeMinimumBlocks: row.minimum, priceUnits: unitsOf(row.price) },
      ]),
    );
  },

  async blocksDownFrom(chainId: number, number: bigint, limit: number): Promise<BlockPoint[]> {
    const { rows } = await sqlOf({ em: entityManager }).query<{ number: string; hash: Hex; time: Date }>({
      name: 'blocks-down-from',
      text: 'select number, hash, time from chain_block where chain_id = $1 and number <= $2 order by number desc limit $3',
      values: [chainId, String(number), limit],
    });
    return rows.map((row) => ({ number: BigInt(row.number), hash: row.hash, time: row.time.getTime() }));
  },

  async liveTransfers(chainId: number, from: bigint, to: bigint): Promise<TransferFacts[]> {
    const { rows } = await sqlOf({ em: entityManager }).query<
      Omit<TransferFacts, 'amountBaseUnits'> & { amount: string }
    >({
      name: 'live-transfers',
      text: `select block_hash as "blockHash", tx_hash as "txHash", log_index as "logIndex", token, from_address as "from",
         to_address as "to", amount_base_units::text as amount
       from token_transfer where chain_id = $1 and block_number between $2 and $3 and state <> 'orphaned'`,
      values: [chainId, String(from), String(to)],
    });
    return rows.map(({ amount, ...row }) => ({ ...row, amountBaseUnits: baseUnitsOf(amount) }));
  },

  async rechecks(chainId: number, upTo: bigint, limit: number): Promise<Recheck[]> {
    const rows = await entityManager
      .fork()
      .find(
        BlockRecheck,
        { chainId, blockNumber: { $lte: upTo }, doneAt: null },
        { orderBy: { requestedAt: 'asc' }, limit },
      );
    return rows.map(({ txHash, blockNumber }) => ({ txHash, blockNumber }));
  },

  /** What was held in the transaction is in the ledger now, or still held because its token still does not fit. */
  async finishRecheck(chainId: number, token: bigint, recheck: Recheck): Promise<void> {
    await updateRecheck(entityManager, chainId, token, recheck, { doneAt: now });
    await entityManager
      .fork()
      .execute(`delete from held_transfer t where t.chain_id = ? and t.tx_hash = ? and not ${IS_REJECTED_TOKEN}`, [
        chainId,
        recheck.txHash,
      ]);
  },

  postponeRecheck: (chainId: number, token: bigint, recheck: Recheck): Promise<void> =>
    updateRecheck(entityManager, chainId, token, recheck, { requestedAt: now }),
});

/** Does nothing for a watcher that lost its lease: the next one reads the block again. */
const updateRecheck = async (
  entityManager: Em,
  chainId: number,
  token: bigint,
  { txHash, blockNumber }: Recheck,
  change: { doneAt: typeof now } | { requestedAt: typeof now },
): Promise<void> => {
  await kyselyOf(entityManager.fork())
    .updateTable('BlockRecheck')
    .set(change)
    .where('chainId', '=', chainId)
    .where('txHash', '=', txHash)
    .where('blockNumber', '=', blockNumber)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('ChainCursor')
          .select('ChainCursor.chainId')
          .where('ChainCursor.chainId', '=', chainId)
          .where('ChainCursor.leaseToken', '=', token),
      ),
    )
    .execute();
};
