// Two chains with watchers, a provider of the first that can lie, and what happens to money on them: for tests of the books.
import { Interface } from 'ethers';
import { afterEach, beforeEach } from 'vitest';
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import { checkoutFactoryAbi } from '#contracts/generated/checkout-factory.ts';
import type { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { changeIntent, type IntentChange } from '#db/intents/change-intent.ts';
import type { Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { FACTORY_ADDRESS, LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { multiply, ONE_COIN, type Units } from '#domain/money.ts';
import { IntentStatus as S } from '#domain/status.ts';
import { type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import { asOwner } from '#test/support/database.ts';
import { type Books, verifyBooks } from '#worker/books/verify-books.ts';
import { type RunningRelayer, startRelayer } from './settling.ts';
import {
  caughtUp,
  eventually,
  type PayableChain,
  type RunningWatcher,
  startPayableChain,
  startWatcher,
  startWorld,
  type World,
} from './world.ts';

export const coins = (amount: bigint): Units => multiply(ONE_COIN, amount);

/** Each test of the file gets chains and a database of its own. */
export const booksStage = () => {
  let world: World;
  let chainA: PayableChain;
  let chainB: PayableChain;
  let proxy: LyingRpc;
  let watchers: RunningWatcher[];
  let pools: Map<number, RpcPool>;
  const relayers: RunningRelayer[] = [];

  beforeEach(async () => {
    [world, chainA, chainB] = await Promise.all([startWorld(), startPayableChain(), startPayableChain(31338)]);
    proxy = await startLyingRpc(chainA.rpcUrl);
    watchers = [chainA, chainB].map(({ chainId, rpcUrl }) => startWatcher(world, chainId, [rpcUrl]));
    pools = new Map(
      [[31337, proxy.url] as const, [31338, chainB.rpcUrl] as const].map(([chainId, url]) => [
        chainId,
        createRpcPool({ chainId, urls: [url] }),
      ]),
    );
  });
  afterEach(async () => {
    await Promise.all([...watchers, ...relayers.splice(0)].map((one) => one.stop()));
    await Promise.all([...pools.values()].map((pool) => pool.close()));
    await Promise.all([world?.close(), chainA?.stop(), chainB?.stop(), proxy?.stop()]);
  });

  const rows = <Row>(sql: string, values: unknown[] = []) => world.orm.em.fork().execute<Row[]>(sql, values as never);
  const verify = (): Promise<Books> => verifyBooks({ em: world.orm.em, pools, storeId: world.storeId });
  const change = (intent: CheckoutIntent, more: Partial<IntentChange>) =>
    changeIntent(world.orm.em.fork(), { intentId: intent.id, actor: 'workflow', ...more });

  const newIntent = async (price: Units): Promise<CheckoutIntent> => {
    const intent = await world.createIntent({ amountUnits: price });
    await rows(
      `update checkout_intent set accepted_stable_coins = '{1,2}', accepted_chain_ids = '{31337,31338}' where id = ?`,
      [intent.id],
    );
    return intent;
  };

  /** Pays, and waits until the watcher has confirmed it. @returns the transfer's id */
  const pay = async (chain: PayableChain, intent: CheckoutIntent, units: Units, coin: CoinId = 1): Promise<string> => {
    await caughtUp(world, chain);
    const txHash = await chain.pay(intent.depositAddress, units, coin);
    await chain.mine(3);
    let id = '';
    await eventually('a confirmed transfer', async () => {
      const found = (await world.transfersOf(intent.id)).find(
        (one) => one.txHash === txHash && one.state === 'confirmed',
      );
      id = String(found?.id ?? '');
      return id !== '';
    });
    return id;
  };
  const confirm = (intent: CheckoutIntent, transfers: string[]) =>
    change(intent, { to: S.CONFIRMED, paymentTransferIds: transfers });

  const settleAll = async (): Promise<void> => {
    for (const { chainId, rpcUrl } of [chainA, chainB]) relayers.push(startRelayer(world, chainId, rpcUrl));
    await eventually('all settlements', async () => {
      const [open] = await rows<{ count: string }>(`select count(*) from settlement where state <> 'settled'`);
      if (open?.count === '0') return true;
      await Promise.all([chainA.mine(), chainB.mine()]);
      return false;
    });
    await Promise.all(relayers.splice(0).map((relayer) => relayer.stop()));
    await Promise.all([caughtUp(world, chainA), caughtUp(world, chainB)]);
  };

  const settleByHand = async (intent: CheckoutIntent): Promise<Hex> => {
    const terms = [intent.receiver, intent.feeReceiver, intent.feeRateE9, BigInt(`0x${intent.contractId}`)];
    const data = new Interface(checkoutFactoryAbi).encodeFunctionData('settle', [terms, LOCAL_TOKENS.usdt6]);
    const hash = await chainA.send(FACTORY_ADDRESS, data as Hex, { gas: '0xf4240' });
    await caughtUp(world, chainA);
    return hash;
  };

  const review = async (
    intent: CheckoutIntent,
    transferId: string,
    kind: 'second_payment' | 'late',
  ): Promise<string> => {
    await change(intent, { reviews: [{ kind, transferId }] });
    const [row] = await rows<{ id: string }>('select id::text from review_item where transfer_id = ?', [transferId]);
    return String(row?.id);
  };

  /** Changes records behind the triggers' back. */
  const plant = async (sql: string): Promise<void> => {
    await asOwner(world.databaseUrl, 'set local session_replication_role = replica', sql);
  };

  return {
    ...{ rows, verify, change, newIntent, pay, confirm, settleAll, settleByHand, review, plant },
    get world(): World {
      return world;
    },
    get chainA(): PayableChain {
      return chainA;
    },
    get chainB(): PayableChain {
      return chainB;
    },
    get proxy(): LyingRpc {
      return proxy;
    },
    get watchers(): RunningWatcher[] {
      return watchers;
    },
    get pools(): Map<number, RpcPool> {
      return pools;
    },
  };
};

/** Records and amount of each difference that nothing explains. */
export const unexplained = (books: Books) =>
  books.differences
    .filter(({ explanation }) => explanation === null)
    .map(({ records, amount }) => [...records, amount]);
