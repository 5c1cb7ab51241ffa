// The relayer's side of the ledger: its lease and nonces, the transactions it stored before sending them, and what became of
// the settlements. Each method is one transaction, and refused when the lease has gone to another.

import type { Address, Hex } from '#domain/address.ts';
import { LeaseLostError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { weiOf } from '#domain/money.ts';
import type {
  DueSettlement,
  NewTransaction,
  PaidOut,
  PaymentByOthers,
  RelayerLease,
  SettlementRetry,
  StoredTransaction,
} from '#domain/settlements.ts';
import type { Em } from '../orm.ts';
import { type CarriedRow, markPaid, readStuck, returnToPending } from './settlement-results.ts';

/** The ledger of the relayers over an entity manager, which is forked for each call. */
export const createSettlementLedger = (entityManager: Em) => {
  /** Runs `work` in a transaction that holds the relayer's row. */
  const held = <T>(lease: RelayerLease, work: (em: Em) => Promise<T>): Promise<T> =>
    entityManager.fork().transactional(async (em) => {
      const [row] = await em.execute<unknown[]>(
        'select 1 from relayer_account where chain_id = ? and address = ? and lease_token = ? for update',
        [lease.chainId, lease.relayer, String(lease.token)],
      );
      if (!row)
        throw new LeaseLostError(`Another relayer holds the lease of ${lease.relayer} on chain ${lease.chainId}`);
      return await work(em as Em);
    });

  return {
    async acquireLease(
      chainId: number,
      relayer: Address,
      owner: string,
      ttlMs: number,
    ): Promise<RelayerLease | undefined> {
      const em = entityManager.fork();
      await em.execute('insert into relayer_account (chain_id, address) values (?, ?) on conflict do nothing', [
        chainId,
        relayer,
      ]);
      const [row] = await em.execute<{ lease_token: string }[]>(
        `update relayer_account set lease_token = lease_token + 1, lease_owner = ?, lease_until = now() + ? * interval '1 ms'
         where chain_id = ? and address = ? and (lease_until is null or lease_until < now() or lease_owner = ?)
         returning lease_token`,
        [owner, ttlMs, chainId, relayer, owner],
      );
      return row && { chainId, relayer, token: BigInt(row.lease_token) };
    },

    renewLease: (lease: RelayerLease, ttlMs: number): Promise<void> =>
      held(lease, async (em) => {
        await em.execute(
          `update relayer_account set lease_until = now() + ? * interval '1 ms' where chain_id = ? and address = ?`,
          [ttlMs, lease.chainId, lease.relayer],
        );
      }),

    async releaseLease({ chainId, relayer, token }: RelayerLease): Promise<void> {
      await entityManager.fork().execute(
        `update relayer_account set lease_until = null, lease_owner = null
         where chain_id = ? and address = ? and lease_token = ?`,
        [chainId, relayer, String(token)],
      );
    },

    setTrouble: (lease: RelayerLease, message: string | null): Promise<void> =>
      held(lease, async (em) => {
        await em.execute(
          'update relayer_account set trouble = ?, updated_at = now() where chain_id = ? and address = ?',
          [message, lease.chainId, lease.relayer],
        );
      }),

    stuckMessage: (chainId: number, attempts: number): Promise<string | null> =>
      readStuck(entityManager.fork(), chainId, attempts),

    async nextNonce({ chainId, relayer }: RelayerLease): Promise<bigint> {
      const [row] = await entityManager
        .fork()
        .execute<{ next_nonce: string }[]>(
          'select next_nonce from relayer_account where chain_id = ? and address = ?',
          [chainId, relayer],
        );
      return BigInt(row?.next_nonce ?? 0);
    },

    setNextNonce: (lease: RelayerLease, nonce: bigint): Promise<void> =>
      held(lease, async (em) => {
        await em.execute('update relayer_account set next_nonce = ? where chain_id = ? and address = ?', [
          String(nonce),
          lease.chainId,
          lease.relayer,
        ]);
      }),

    inFlight: ({ chainId, relayer }: RelayerLease): Promise<StoredTransaction[]> =>
      readTransactions(entityManager.fork(), `state in ('signed', 'sent')`, [chainId, relayer]),

    minedFrom: ({ chainId, relayer }: RelayerLease, nonce: bigint): Promise<StoredTransaction[]> =>
      readTransactions(
        entityManager.fork(),
        `block_number is not null and state in ('mined', 'failed') and nonce >= ?`,
        [chainId, relayer, String(nonce)],
      ),

    async due(chainId: number, limit: number): Promise<DueSettlement[]> {
      const rows = await entityManager.fork().execute<DueRow[]>(
        `select s.id, s.intent_id, s.token, i.factory, i.receiver, i.fee_receiver, i.fee_rate_e9, i.deposit_address,
           (select min(t.block_number) from token_transfer t
            where t.intent_id = s.intent_id and t.chain_id = s.chain_id and t.token = s.token) as first_block
         from settlement s join checkout_intent i on i.id = s.intent_id
         where s.chain_id = ? and s.state = 'pending' and s.available_at <= now()
         order by s.available_at, s.id limit ?`,
        [chainId, limit],
      );
      return rows.map((row) => ({
        id: row.id,
        intentId: row.intent_id,
        token: row.token,
        factory: row.factory,
        receiver: row.receiver,
        feeReceiver: row.fee_receiver,
        feeRateE9: BigInt(row.fee_rate_e9),
        depositAddress: row.deposit_address,
        firstBlock: row.first_block === null ? null : BigInt(row.first_block),
      }));
    },

    async recordedLogs(chainId: number, intentIds: readonly IntentId[]): Promise<Set<string>> {
      const rows = await entityManager.fork().execute<{ tx_hash: Hex; log_index: number }[]>(
        `select tx_hash, log_index from settlement
         where chain_id = ? and tx_hash is not null and intent_id in (select jsonb_array_elements_text(?::jsonb))`,
        [chainId, JSON.stringify(intentIds)],
      );
      return new Set(rows.map((row) => `${row.tx_hash}:${row.log_index}`));
    },

    storeTransaction: (
      lease: RelayerLease,
      transaction: NewTransaction,
      settlementIds: readonly string[],
    ): Promise<void> =>
      held(lease, async (em) => {
        const taken = await em.execute<unknown[]>(
          `update relayer_account set next_nonce = next_nonce + 1
           where chain_id = ? and address = ? and next_nonce = ? returning 1`,
          [lease.chainId, lease.relayer, String(transaction.nonce)],
        );
        if (taken.length === 0) throw new Error(`Nonce ${transaction.nonce} of ${lease.relayer} is taken`);
        await insertTransaction(em, lease, transaction);
        const carried = await em.execute<unknown[]>(
          `update settlement set state = 'sending', relayer = ?, relayer_nonce = ?
           where id in (select jsonb_array_elements_text(?::jsonb)::bigint) and state = 'pending' returning id`,
          [lease.relayer, String(transaction.nonce), JSON.stringify(settlementIds)],
        );
        if (carried.length !== settlementIds.length) throw new Error('A settlement to send is not pending any more');
      }),

    storeReplacement: (lease: RelayerLease, transaction: NewTransaction): Promise<void> =>
      held(lease, async (em) => await insertTransaction(em, lease, transaction)),

    noteSent: (lease: RelayerLease, txHash: Hex, error: string | null): Promise<void> =>
      held(lease, async (em) => {
        await em.execute(
          error === null
            ? `update relayer_tx set state = 'sent', sent_at = coalesce(sent_at, now()), last_error = null
               where tx_hash = ? and state in ('signed', 'sent')`
            : `update relayer_tx set last_error = ? where tx_hash = ? and state in ('signed', 'sent')`,
          error === null ? [txHash] : [error, txHash],
        );
      }),

    noteBlock: (lease: RelayerLease, txHash: Hex, blockNumber: bigint | null): Promise<void> =>
      held(lease, async (em) => {
        await em.execute(
          `update relayer_tx set block_number = ?, state = 'sent', sent_at = coalesce(sent_at, now())
           where tx_hash = ? and state in ('signed', 'sent')`,
          [blockNumber === null ? null : String(blockNumber), txHash],
        );
      }),

    conclude: (
      lease: RelayerLease,
      result: {
        nonce: bigint;
        txHash: Hex;
        blockNumber: bigint;
        reverted: boolean;
        paid: readonly PaidOut[];
        skipped: ReadonlyMap<IntentId, string>;
      },
      retry: SettlementRetry,
    ): Promise<void> =>
      held(lease, async (em) => {
        await em.execute(
          `update relayer_tx set state = case when tx_hash = ? then ? else 'replaced' end,
             block_number = case when tx_hash = ? then ?::bigint end,
             mined_at = case when tx_hash = ? then now() end
           where chain_id = ? and relayer = ? and nonce = ? and state in ('signed', 'sent')`,
          [
            result.txHash,
            result.reverted ? 'failed' : 'mined',
            result.txHash,
            String(result.blockNumber),
            result.txHash,
            lease.chainId,
            lease.relayer,
            String(result.nonce),
          ],
        );
        for (const row of await carriedBy(em, lease, result.nonce)) {
          const paid = result.paid.find(({ intentId, token }) => intentId === row.intent_id && token === row.token);
          const reason = result.reverted ? 'the transaction was reverted' : 'the contract did not pay it';
          if (paid) await markPaid(em, row, [{ paid, by: 'relayer' }]);
          else await returnToPending(em, [row.id], result.skipped.get(row.intent_id) ?? reason, retry);
        }
      }),

    concludeLost: (lease: RelayerLease, nonce: bigint, message: string, retry: SettlementRetry): Promise<void> =>
      held(lease, async (em) => {
        await em.execute(
          `update relayer_tx set state = 'failed', last_error = ?
           where chain_id = ? and relayer = ? and nonce = ? and state in ('signed', 'sent')`,
          [message, lease.chainId, lease.relayer, String(nonce)],
        );
        const carried = await carriedBy(em, lease, nonce);
        await returnToPending(
          em,
          carried.map(({ id }) => id),
          message,
          retry,
        );
      }),

    recordPaid: (lease: RelayerLease, settlementId: string, payments: readonly PaymentByOthers[]): Promise<void> =>
      held(lease, async (em) => {
        const [row] = await em.execute<CarriedRow[]>(
          `select id, intent_id, chain_id, token from settlement where id = ? and state = 'pending' for update`,
          [settlementId],
        );
        if (row) await markPaid(em, row, payments);
      }),

    postpone: (
      lease: RelayerLease,
      settlementIds: readonly string[],
      message: string,
      retry: SettlementRetry,
    ): Promise<void> => held(lease, async (em) => await returnToPending(em, settlementIds, message, retry)),
  };
};

interface DueRow {
  id: string;
  intent_id: IntentId;
  token: Address;
  factory: Address;
  receiver: Address;
  fee_receiver: Address;
  fee_rate_e9: string;
  deposit_address: Address;
  first_block: string | null;
}

interface TransactionRow {
  id: string;
  nonce: string;
  attempt: number;
  raw_tx: Hex;
  tx_hash: Hex;
  max_fee_per_gas: string;
  block_number: string | null;
  sent_at: Date | null;
}

const readTransactions = async (em: Em, condition: string, values: unknown[]): Promise<StoredTransaction[]> => {
  const rows = await em.execute<TransactionRow[]>(
    `select id, nonce, attempt, raw_tx, tx_hash, max_fee_per_gas, block_number, sent_at from relayer_tx
     where chain_id = ? and relayer = ? and ${condition} order by nonce, attempt`,
    values,
  );
  return rows.map((row) => ({
    id: row.id,
    nonce: BigInt(row.nonce),
    attempt: row.attempt,
    rawTx: row.raw_tx,
    txHash: row.tx_hash,
    maxFeePerGas: weiOf(row.max_fee_per_gas),
    blockNumber: row.block_number === null ? null : BigInt(row.block_number),
    sentAt: row.sent_at === null ? null : new Date(row.sent_at).getTime(),
  }));
};

const insertTransaction = async (em: Em, { chainId, relayer }: RelayerLease, tx: NewTransaction): Promise<void> => {
  await em.execute(
    `insert into relayer_tx (chain_id, relayer, nonce, attempt, raw_tx, tx_hash, max_fee_per_gas, state)
     values (?, ?, ?, ?, ?, ?, ?, 'signed')`,
    [chainId, relayer, String(tx.nonce), tx.attempt, tx.rawTx, tx.txHash, String(tx.maxFeePerGas)],
  );
};

const carriedBy = (em: Em, { chainId, relayer }: RelayerLease, nonce: bigint): Promise<CarriedRow[]> =>
  em.execute<CarriedRow[]>(
    `select id, intent_id, chain_id, token from settlement
     where chain_id = ? and relayer = ? and relayer_nonce = ? and state = 'sending' order by id for update`,
    [chainId, relayer, String(nonce)],
  );
