// A merchant's store in the cluster, and a payment in it as a shop and a shopper make it: through the load balancer.
import { randomInt } from 'node:crypto';
import { payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import { Settlement, TokenTransfer } from '#db/entities/chain.entity.ts';
import { TimelineEvent } from '#db/entities/intent.entity.ts';
import { amountDue } from '#db/intents/amount-due.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { updateStore } from '#db/merchants/change-store.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import type { Em } from '#db/orm.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { typedAddress } from '#domain/address.ts';
import { allChains, tokenOf } from '#domain/chains.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { AllScaleClient, AllScaleUnreachableError, IntentStatus } from '#sdk/src/index.ts';
import { findIntent } from '../admin/intent-report.ts';
import { withEm } from '../lib/books-agree.ts';
import { localAccount } from '../lib/local-accounts.ts';
import { edgeFetch } from './edge-client.ts';
import type { Cluster } from './start.ts';

/** More than the chains require, so that a fault fits between first sight and confirmation. */
export const CONFIRMATIONS = 6;
const COIN = 1;
const AMOUNT_CENTS = 1234;

/** What the database says of an order. */
export interface Outcome {
  /** Moves to CONFIRMED; 1: paid once. */
  confirmed: number;
  transfers: number;
  settlements: { state: string; tx: string | null }[];
}

export interface Shop {
  createOrder(orderId: string): Promise<string>;
  /** Undefined while no web server can be reached. */
  statusOf(intentId: string): Promise<IntentStatus | undefined>;
  /** Sends the coins that the order needs, on a local chain. */
  pay(intentId: string): Promise<void>;
  outcomeOf(intentId: string): Promise<Outcome>;
}

/**
 * A new store with a key. Production refuses webhooks to this machine, so it has none: the shop reads the status.
 * @param confirmations of each chain; absent: what the chains require
 * @param isTest takes simulated payments
 */
export const openStore = async (
  em: Em,
  cluster: Cluster,
  name: string,
  { confirmations, isTest = false }: { confirmations?: number; isTest?: boolean } = {},
): Promise<{ storeId: string; client: AllScaleClient }> => {
  const { storeId } = await createMerchantAndStore(em, {
    name,
    email: `shop-${Date.now()}-${randomInt(1e9)}@merchant.internal`,
    receiver: knownPayable(typedAddress(localAccount('merchant').address)),
    isTest,
  });
  if (confirmations !== undefined) {
    const minimumConfirmations = Object.fromEntries(cluster.chains.map(({ chainId }) => [chainId, confirmations]));
    await updateStore(em, storeId, { minimumConfirmations });
  }
  const key = await createApiKey(em, parseMasterKeys(cluster.masterKeys), storeId, { name: 'cluster' });
  const { publicUrl, edgeAuthority } = cluster;
  return { storeId, client: new AllScaleClient({ baseUrl: publicUrl, ...key, fetch: edgeFetch(edgeAuthority) }) };
};

export const openShop = async (cluster: Cluster): Promise<Shop> => {
  const { applicationUrl, chains } = cluster;
  const { client } = await withEm(
    applicationUrl,
    async (em) => await openStore(em, cluster, 'Cluster shop', { confirmations: CONFIRMATIONS }),
  );
  return {
    async createOrder(orderId) {
      const order = { stable_coin: COIN, amount_cents: AMOUNT_CENTS, order_id: orderId } as const;
      return (await client.createCheckout(order, { idempotencyKey: orderId })).allscale_checkout_intent_id;
    },
    async statusOf(intentId) {
      try {
        return await client.getStatus(intentId);
      } catch (error) {
        if (error instanceof AllScaleUnreachableError) return undefined;
        throw error;
      }
    },
    pay: async (intentId) =>
      await withEm(applicationUrl, async (em) => {
        const intent = await findIntent(em, intentId);
        const endpoint = chains.find(({ chainId }) => intent.acceptedChainIds.includes(chainId));
        const chain = allChains().find(({ id }) => id === endpoint?.chainId);
        const token = chain && tokenOf(chain, COIN);
        if (!endpoint || !chain || !token)
          throw new Error(`the order ${intentId} accepts no coin of the cluster's chains`);
        await payFromDevelopmentWallet({
          ...{ rpcUrl: endpoint.rpcUrl, chain, coin: COIN, to: intent.depositAddress },
          amountBaseUnits: await amountDue(em, intent, token.decimals),
        });
      }),
    outcomeOf: async (intentId) => await withEm(applicationUrl, async (em) => await outcomeIn(em, intentId)),
  };
};

const outcomeIn = async (em: Em, intentId: string): Promise<Outcome> => {
  const intent = await findIntent(em, intentId);
  const settlements = await em.find(Settlement, { intent });
  return {
    confirmed: await em.count(TimelineEvent, { intent, kind: 'status', statusTo: IntentStatus.CONFIRMED }),
    transfers: await em.count(TokenTransfer, { intent, state: { $ne: 'orphaned' } }),
    settlements: settlements.map(({ state, txHash }) => ({ state, tx: txHash ?? null })),
  };
};
