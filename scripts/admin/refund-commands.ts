// `refund list|record|withdraw`: refunds of an order with what is left, one that was paid outside this system, and a prepared one.
import type { Command } from 'commander';
import { loadChains } from '#chain/chains-file.ts';
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { Refund } from '#db/entities/refund.entity.ts';
import type { Em } from '#db/orm.ts';
import { recordPaidElsewhere } from '#db/refunds/external-refund.ts';
import { type RefundRequestView, readRefundRequests } from '#db/refunds/refund-requests.ts';
import { type RefundableOrder, readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { type Address, type Hex, typedAddress } from '#domain/address.ts';
import { networkName, tokenName } from '#domain/chains.ts';
import { type CoinId, coinSymbol } from '#domain/coins.ts';
import type { Env } from '#domain/config.ts';
import { UserError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { formatUnits, unitsOf } from '#domain/money.ts';
import type { RefundShare } from '#domain/refunds.ts';
import { parseTxHash } from '#domain/tx-hash.ts';
import { refundItems } from '#web/api/refund-items.ts';
import { readTransactionTransfers } from '#web/chains/transaction-transfers.ts';
import { withdrawPrepared } from '#web/dashboard/refund/server/withdrawals.ts';
import { commandActor } from './actor.ts';
import { action, systemEnvironment, withDatabase } from './context.ts';
import { table } from './format.ts';

export const addRefundCommands = (program: Command): void => {
  const refund = program.command('refund').description('refunds of orders');

  const list = refund
    .command('list')
    .argument('<intent-id>')
    .description('refunds and requests for refunds of an order, and what is left of each payer’s money');
  action(list, async (_options, intentId: string) =>
    withDatabase(systemEnvironment(), async (em) => {
      const order = await orderOf(em, intentId);
      return listed(order, await readRefundRequests(em, order.intentId));
    }),
  );

  const record = refund
    .command('record')
    .argument('<intent-id>')
    .description('record a refund that was paid outside this system, by its transaction; the chain must show it')
    .requiredOption('--tx <hash>', 'the transaction')
    .requiredOption('--reason <text>', 'why, for the timeline and the audit log')
    .option('--chain <id>', 'the chain, when the order was paid on several')
    .option('--payer <address>', 'whose money it was, when several paid')
    .option('--to <address>', 'who got it; default: the payer');
  action(record, async (options, intentId: string) => {
    const given = options as unknown as RecordOptions;
    const env = systemEnvironment();
    return await withDatabase(env, (em) => recordCommand(env, em, intentId, given));
  });

  const withdraw = refund
    .command('withdraw')
    .argument('<refund-id>', 'rfd_…, as `refund list` shows it')
    .description('withdraw a prepared transfer that nobody sent, so that its money can be refunded otherwise')
    .requiredOption('--reason <text>', 'why, for the audit log');
  action(withdraw, async (options, refundId: string) => {
    const { reason } = options as unknown as { reason: string };
    const env = systemEnvironment();
    return await withDatabase(env, (em) => withdrawCommand(env, em, refundId, reason));
  });
};

interface RecordOptions {
  tx: string;
  reason: string;
  chain?: string;
  payer?: string;
  to?: string;
}

const orderOf = async (em: Em, intentId: string): Promise<RefundableOrder> => {
  const intent = isIntentId(intentId) ? await em.fork().findOne(CheckoutIntent, intentId) : null;
  const order = intent && (await readRefundableOrder(em, intent.store.id, intent.id));
  if (!order) throw new UserError('intent_not_found', `There is no intent ${intentId}.`);
  return order;
};

const addressOption = (name: string, text: string | undefined): Address | null => {
  if (text === undefined) return null;
  try {
    return typedAddress(text);
  } catch (error) {
    throw error instanceof UserError ? new UserError(error.code, `--${name}: ${error.message}`) : error;
  }
};

const recordCommand = async (env: Env, em: Em, intentId: string, options: RecordOptions) => {
  const txHash = parseTxHash(options.tx);
  if (!txHash) throw new UserError('bad_hash', '--tx: one hash of 64 digits, or a block explorer’s link to it.');
  const payer = addressOption('payer', options.payer);
  const order = await orderOf(em, intentId);
  const possible = order.shares.filter(
    (share) => (payer ?? share.payer) === share.payer && Number(options.chain ?? share.chainId) === share.chainId,
  );
  const [share, other] = possible;
  if (!share) throw new UserError('nothing_left', 'No money of this order fits --chain and --payer.');
  if (other) throw new UserError('ambiguous', 'Several payers or coins fit: name --payer and --chain.');
  const toAddress = addressOption('to', options.to) ?? share.payer;
  const found = await transfersOf(env, share, txHash, toAddress);
  const { id } = await recordPaidElsewhere(em, {
    ...{ storeId: order.storeId, intentId: order.intentId, of: share, toAddress, txHash, ...found, requestId: null },
    ...{ actor: commandActor(), reason: options.reason },
  });
  return {
    json: { refund_id: `rfd_${id}`, all_scale_checkout_intent_id: intentId },
    lines: [
      `Refund rfd_${id} of ${intentId} is recorded; it is confirmed when the chain's rule for large amounts is met.`,
    ],
  };
};

const withdrawCommand = async (env: Env, em: Em, refundId: string, reason: string) => {
  const id = /^(?:rfd_)?(\d{1,18})$/.exec(refundId)?.[1];
  const refund = id === undefined ? null : await em.fork().findOne(Refund, BigInt(id), { populate: ['intent'] });
  if (id === undefined || !refund) throw new UserError('refund_not_found', `There is no refund ${refundId}.`);
  await withPool(env, refund.chainId, (pool) =>
    withdrawPrepared({ em, pools: { get: () => pool } }, refund.intent.store.id, id, {
      actor: commandActor(),
      reason,
    }),
  );
  return {
    json: { refund_id: `rfd_${id}`, all_scale_checkout_intent_id: refund.intent.id },
    lines: [`Refund rfd_${id} is withdrawn. If its transfer is sent all the same, it is recorded as this refund.`],
  };
};

const withPool = async <T>(env: Env, chainId: number, use: (pool: RpcPool) => Promise<T>): Promise<T> => {
  const enabled = loadChains(env).find(({ chain }) => chain.id === chainId);
  if (!enabled) throw new UserError('unknown_chain', `Chain ${chainId} is not enabled here.`);
  const pool = createRpcPool({ chainId, urls: [...enabled.rpcUrls] });
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
};

const transfersOf = (env: Env, share: RefundShare, txHash: Hex, to: Address) =>
  withPool(env, share.chainId, async (pool) => {
    const found = await readTransactionTransfers(pool, txHash, { token: share.token, to });
    if (!found)
      throw new UserError('no_transaction', `${networkName(share.chainId)} has no such successful transaction.`);
    return found;
  });

const listed = (order: RefundableOrder, requests: readonly RefundRequestView[]) => {
  const refunds = refundItems(order, requests);
  const shares = order.shares.map((share) => {
    const shown = (baseUnits: bigint): string => formatUnits(unitsOf(baseUnits * share.unitsPerBase));
    return {
      chain_id: share.chainId,
      coin: coinSymbol(share.coin),
      token: share.token,
      token_name: tokenName(share.chainId, share.token, share.coin),
      payer: share.payer,
      received: shown(share.receivedBaseUnits),
      refunded: shown(share.refundedBaseUnits),
      remaining: shown(share.remainingBaseUnits),
      surplus: shown(share.parts.find(({ kind }) => kind === 'surplus')?.amountBaseUnits ?? 0n),
    };
  });
  return {
    json: { all_scale_checkout_intent_id: order.intentId, refunds, refundable: shares },
    lines: [
      ...table(
        ['payer', 'network', 'received', 'refunded', 'left', 'surplus'],
        shares.map((one) => [
          ...[one.payer, networkName(one.chain_id), `${one.received} ${one.token_name}`],
          ...[one.refunded, one.remaining, one.surplus],
        ]),
      ),
      '',
      ...table(
        ['refund', 'state', 'amount', 'to', 'transaction'],
        refunds.map((one) => [
          ...[one.refund_id, STATES[one.refund_status] ?? String(one.refund_status)],
          ...[
            `${one.amount_coins} ${tokenName(one.chain_id, one.coin_contract as Address, one.stable_coin_type as CoinId)}`,
            one.to,
            one.tx_hash ?? '-',
          ],
        ]),
      ),
    ],
  };
};

const STATES: Readonly<Record<number, string>> = {
  1: 'requested',
  2: 'under way',
  3: 'refunded',
  [-1]: 'failed',
  [-2]: 'canceled',
};
