// Refunds of the drill. They are asked for before the backup and sent after the moment that is restored: the restored database knows that
// they may come, and the chain knows that they came. A merchant who is offered one of them again pays it twice.
import { Wallet } from 'ethers';
import { parseLogs } from '#chain/block-reader.ts';
import { developmentAccount } from '#chain/local/local-transfer.ts';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { type Em, openOrm } from '#db/orm.ts';
import { requestRefund } from '#db/refunds/refund-requests.ts';
import type { Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { createRefundService, type RefundService } from '#web/dashboard/refund/server/refund-service.ts';
import type { OrderToSend, RefundOffer } from '#web/dashboard/refund/server/refund-types.ts';
import { localAccount } from '../lib/local-accounts.ts';
import { rpcCall } from '../lib/stack/json-rpc.ts';
import { waitFor } from '../lib/wait-for.ts';
import type { DrillOrder, DrillShop } from './orders.ts';
import { CHAIN, type DrillWorld } from './world.ts';

const OFFERED_MS = 120_000;
/** Enough for a release, which may create the contract at the deposit address. */
const GAS: Hex = '0x927c0';
const BY = {
  actor: { kind: 'member', id: 'owner', email: 'owner@drill.example' },
  reason: 'The drill refunds it',
} as const;

/** One order for each way in which a refund waits for its transaction. */
export interface RefundedOrders {
  /** Settled; the dashboard has prepared a transfer from the merchant's wallet. */
  prepared: DrillOrder;
  /** Settled; the shop has asked for a refund over the API, and nobody has prepared it. */
  requested: DrillOrder;
  /** Settled; nobody asks for a refund before the moment. The dashboard prepares it after that, and the merchant's wallet pays. */
  unasked: DrillOrder;
  /** Paid in another coin: the money lies at its deposit address, and the merchant has signed its release. */
  released: DrillOrder;
  /** The same, but the merchant signs after the moment: the restored database knows nothing of it. */
  forgotten: DrillOrder;
}

/** What was asked for, to be sent later. */
export interface AskedRefunds {
  orders: RefundedOrders;
  toSend: readonly OrderToSend[];
  requestId: string;
}

const withService = async <T>(
  databaseUrl: string,
  { chain }: DrillWorld,
  work: (service: RefundService, em: Em) => Promise<T>,
): Promise<T> => {
  const orm = await openOrm({ databaseUrl, poolSize: 2 });
  const pool = createRpcPool({ chainId: CHAIN, urls: [chain.rpcUrl] });
  try {
    const service = createRefundService({
      ...{ orm, pools: new Map([[CHAIN, pool]]), checkAddress: async (address) => knownPayable(address) },
      chains: [{ chain: chainById(CHAIN), rpcUrls: [chain.rpcUrl] }],
    });
    return await work(service, orm.em.fork());
  } finally {
    await pool.close();
    await orm.close();
  }
};

/** What the dashboard offers of this order and can be done now. */
const offerOf = async (
  service: RefundService,
  { storeId }: DrillShop,
  { id }: DrillOrder,
  of: RefundOffer['of'],
): Promise<RefundOffer> =>
  await waitFor(
    async () =>
      (await service.offers(storeId, id))?.offers.find((one) => one.of === of && one.problem === null) ?? false,
    { what: `a ${of} of ${id} that can be refunded`, timeoutMs: OFFERED_MS },
  );

const signRelease = async (service: RefundService, shop: DrillShop, order: DrillOrder): Promise<OrderToSend> => {
  const { target } = await offerOf(service, shop, order, 'review');
  const { typedData, nonce, deadline } = await service.prepare(shop.storeId, target);
  const { types, domain, message } = typedData;
  const wallet = new Wallet(localAccount('merchant').privateKey);
  const signature = (await wallet.signTypedData(domain, { Release: types.Release }, message)) as Hex;
  return await service.order(shop.storeId, target, { nonce, deadline, signature }, BY);
};

/** Asks for all but the unasked and the forgotten one, and sends none. */
export const askRefunds = async (world: DrillWorld, shop: DrillShop, orders: RefundedOrders): Promise<AskedRefunds> =>
  await withService(world.postgres.applicationUrl, world, async (service, em) => {
    const { storeId } = shop;
    const { target: payment } = await offerOf(service, shop, orders.prepared, 'payment');
    const prepared = await service.orderFromWallet(storeId, payment, BY);

    const ask = { chainId: null, coin: null, token: null, payer: null, amountUnits: null, to: null } as const;
    const asked = await requestRefund(
      ...[em, storeId, orders.requested.id],
      ...[{ ...ask, feeBearer: 'merchant', reason: null } as const, { id: 'drill', claim: null }],
    );
    if (asked?.kind !== 'made') throw new Error(`no refund was asked for: ${JSON.stringify(asked)}`);

    const released = await signRelease(service, shop, orders.released);
    return { orders, toSend: [prepared, released], requestId: asked.id };
  });

/** Fulfils the request, prepares the unasked one, signs the forgotten one, and sends everything, as wallets do whose browser is closed before it tells the transaction. */
export const sendRefunds = async (world: DrillWorld, shop: DrillShop, asked: AskedRefunds): Promise<void> =>
  await withService(world.postgres.applicationUrl, world, async (service) => {
    const { target, amount } = await offerOf(service, shop, asked.orders.requested, 'request');
    const terms = { amount, to: null, feeBearer: 'merchant', requestId: asked.requestId } as const;
    const fulfilled = await service.orderFromWallet(shop.storeId, target, { ...BY, terms });
    const { target: payment } = await offerOf(service, shop, asked.orders.unasked, 'payment');
    const unasked = await service.orderFromWallet(shop.storeId, payment, BY);
    const signed = await signRelease(service, shop, asked.orders.forgotten);
    for (const { transaction } of [...asked.toSend, fulfilled, unasked, signed]) {
      const { from, to, data } = transaction;
      await rpcCall<Hex>(world.chain.rpcUrl, 'eth_sendTransaction', [{ from, to, data, gas: GAS }]);
    }
  });

/** What a database still offers to pay of refunds that the chain has seen, or does not know of them; empty: all is refunded once. */
export const wrongInRefunds = async (
  databaseUrl: string,
  world: DrillWorld,
  { storeId }: DrillShop,
  orders: RefundedOrders,
): Promise<string[]> =>
  await withService(databaseUrl, world, async (service) => {
    const wrong: string[] = [];
    for (const [name, { id }] of Object.entries(orders) as [string, DrillOrder][]) {
      const found = await service.offers(storeId, id);
      const refunds = found?.refunds ?? [];
      const states = refunds.map(({ state }) => state).join(', ');
      if (states !== 'confirmed') wrong.push(`the ${name} refund of ${id}: ${states || 'unknown'}`);
      if (refunds.some(({ toSend }) => toSend)) wrong.push(`the ${name} refund of ${id} can be sent again`);
      if (found?.offers.some(({ problem }) => problem === null))
        wrong.push(`${id}: its ${name} refund is offered again`);
    }
    return wrong;
  });

/** Transfers from the merchant's wallet to the payer. */
export const countWalletRefunds = async ({ chain }: DrillWorld): Promise<number> => {
  const [merchant, payer] = [localAccount('merchant').address, await developmentAccount(chain.rpcUrl)];
  const topics = [TRANSFER_TOPIC, topicOfAddress(merchant as never), topicOfAddress(payer)];
  const logs = await rpcCall<unknown>(chain.rpcUrl, 'eth_getLogs', [{ fromBlock: '0x0', topics }]);
  return parseLogs('the local chain', logs).length;
};
