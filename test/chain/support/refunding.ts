// What refunds over a real chain need: the dashboard's service, the follower of refunds, and an intent with money at its address.
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import type { TokenTransfer } from '#db/entities/chain.entity.ts';
import type { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { chainById } from '#domain/chains.ts';
import type { Units } from '#domain/money.ts';
import { checkWithoutChains } from '#test/support/payable.ts';
import { createRefundService, type RefundService } from '#web/dashboard/refund/server/refund-service.ts';
import type { Follower } from '#worker/confirmed-follower.ts';
import { createRefundFollower } from '#worker/refund-follower.ts';
import { caughtUp, type PayableChain, startPayableChain, startWatcher, startWorld, type World } from './world.ts';

export interface Refunding {
  world: World;
  chain: PayableChain;
  pool: RpcPool;
  service: RefundService;
  follower: Follower;
  followerOver(pool: RpcPool): Follower;
  /** A new intent, to whose address this much was paid and confirmed. */
  received(units: Units): Promise<{ intent: CheckoutIntent; transfer: TokenTransfer }>;
  close(): Promise<void>;
}

export const startRefunding = async (): Promise<Refunding> => {
  const [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
  const { chainId, rpcUrl } = chain;
  const pool = createRpcPool({ chainId, urls: [rpcUrl] });
  const followerOver = (of: RpcPool): Follower =>
    createRefundFollower({
      em: world.orm.em,
      pools: new Map([[chainId, of]]),
      logger: { info() {}, warn() {} },
    });
  return {
    world,
    chain,
    pool,
    service: createRefundService({
      orm: world.orm,
      chains: [{ chain: chainById(chainId), rpcUrls: [rpcUrl] }],
      pools: new Map([[chainId, pool]]),
      checkAddress: checkWithoutChains,
    }),
    follower: followerOver(pool),
    followerOver,
    async received(units) {
      const watcher = startWatcher(world, chainId, [rpcUrl]);
      const intent = await world.createIntent();
      await caughtUp(world, chain);
      await chain.pay(intent.depositAddress, units);
      await chain.mine(3);
      await caughtUp(world, chain);
      await watcher.stop();
      const [transfer] = await world.transfersOf(intent.id);
      if (transfer?.state !== 'confirmed') throw new Error(`the transfer is ${transfer?.state ?? 'not there'}`);
      return { intent, transfer };
    },
    async close() {
      await pool.close();
      await Promise.all([world.close(), chain.stop()]);
    },
  };
};
