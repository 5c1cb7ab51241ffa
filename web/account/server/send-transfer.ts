// Stores a signed transfer, then broadcasts it. Safe to repeat with the same transaction, also after a crash between the two steps:
// the raw bytes are in the table, and a node accepts the same transaction once.
import { setTimeout as delay } from 'node:timers/promises';
import { isRpcError } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { setWalletTxState, storeWalletTx } from '#db/accounts/account-wallets.ts';
import type { Wallet, WalletTx } from '#db/entities/wallet.entity.ts';
import type { Em, Orm } from '#db/orm.ts';
import type { Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ChainAccess } from '#web/chains/chain-access.ts';
import type { SignedTransfer } from './signed-transfer.ts';

export interface SendDeps {
  orm: Orm;
  access: ChainAccess;
}

/** For `catch` of a read: UserError `unreachable` when no provider of the chain responds; other errors are rethrown. */
export const unreachable =
  ({ name }: Chain) =>
  (cause: unknown): never => {
    throw isRpcError(cause) ? new UserError('unreachable', `${name} does not respond`, { cause }) : cause;
  };

/**
 * A node rejects a transaction that it already has (another tab may have sent it), and may fail to find it for a moment: while it
 * moves from the pool into its block, or when another node gets the request. To trust the first "unknown" would allow a second
 * payment.
 */
const REJECTED_LOOKUPS = 4;
const LOOKUP_INTERVAL_MS = 400;

const findRejected = async (pool: RpcPool, txHash: Hex): Promise<'known' | 'unknown' | 'silent'> => {
  for (let lookup = 1; ; lookup += 1) {
    const known = await pool
      .use((provider) => provider.call('eth_getTransactionByHash', [txHash]))
      .catch(() => undefined);
    if (known === undefined) return 'silent';
    if (known !== null) return 'known';
    if (lookup === REJECTED_LOOKUPS) return 'unknown';
    await delay(LOOKUP_INTERVAL_MS);
  }
};

/**
 * @param guard runs under the wallet's lock before the transfer is stored; if it throws, nothing is sent
 * Throws UserError: `not_sent` (the chain rejected it; nothing moved), `maybe_sent` (no response; the same transfer may be sent again).
 */
export const sendTransfer = async (
  { orm, access }: SendDeps,
  userId: string,
  intentId: IntentId | null,
  signed: SignedTransfer,
  guard: (em: Em, wallet: Wallet) => Promise<void>,
): Promise<{ txHash: Hex }> => {
  const { chain, txHash, rawTx, nonce, recipient, amountBaseUnits } = signed;
  const { address: token, coin } = signed.token;
  const row = { userId, intentId, chainId: chain.id, txHash, rawTx, nonce, token, coin, amountBaseUnits };
  await storeWalletTx(orm.em, { ...row, toAddress: recipient }, async (em, wallet) => {
    if (wallet.address !== signed.from) throw new UserError('wrong_signer', 'This was signed by another wallet');
    await guard(em, wallet);
  });
  const pool = access.pool(chain.id);
  try {
    await pool.use((provider) => provider.call('eth_sendRawTransaction', [rawTx]));
  } catch (error) {
    if (!isRpcError(error)) throw error;
    // Each node has its own text for "already known", so look the transaction up instead.
    const found = await findRejected(pool, txHash);
    if (found === 'silent') {
      throw new UserError('maybe_sent', `${chain.name} did not respond: it may or may not have the payment`, {
        cause: error,
      });
    }
    if (found === 'unknown') {
      await orm.em
        .fork()
        .execute(`update wallet_tx set state = 'failed' where chain_id = ? and tx_hash = ? and state = 'sent'`, [
          chain.id,
          txHash,
        ]);
      throw new UserError('not_sent', `${chain.name} rejected the transaction; nothing was sent`, { cause: error });
    }
  }
  return { txHash };
};

/**
 * Reads the state of transfers that are still `sent`, one batch for each chain, and stores it. Broadcasts a transfer again that its
 * chain does not know: the browser that signed it may be closed.
 */
export const refreshSent = async ({ orm, access }: SendDeps, txs: readonly WalletTx[]): Promise<void> => {
  const waiting = txs.filter(({ state }) => state === 'sent');
  const chainIds = [...new Set(waiting.map(({ chainId }) => chainId))];
  await Promise.all(
    chainIds.map(async (chainId) => {
      const ours = waiting.filter((tx) => tx.chainId === chainId);
      const pool = access.pool(chainId);
      const calls = ours.flatMap(({ txHash }) => [
        { method: 'eth_getTransactionReceipt', params: [txHash] },
        { method: 'eth_getTransactionByHash', params: [txHash] },
      ]);
      const responses = await pool.use((provider) => provider.batch(calls)).catch(() => []);
      await Promise.all(
        ours.map(async (tx, index) => {
          const [receipt, known] = responses.slice(index * 2);
          if (receipt === null && known === null) {
            // The response is ignored: a node that lags behind rejects a transaction that another one has mined.
            await pool.use((provider) => provider.call('eth_sendRawTransaction', [tx.rawTx])).catch(() => {});
          }
          const status = (receipt as { status?: unknown } | null | undefined)?.status;
          if (status !== '0x0' && status !== '0x1') return;
          tx.state = status === '0x1' ? 'mined' : 'failed';
          await setWalletTxState(orm.em, tx.id, tx.state);
        }),
      );
    }),
  );
};
