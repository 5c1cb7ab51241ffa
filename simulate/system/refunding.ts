// Owners who refund: they ask over the API, sign in the dashboard's way, and their wallets send the transactions; or they pay from
// elsewhere and record it. The worker's follower finds each on the chain.
import { keccak256, Wallet } from 'ethers';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { sqlOf } from '#db/pool.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { mintCalldata, transferCalldata } from '#domain/erc20.ts';
import { UserError } from '#domain/errors.ts';
import { baseUnitsOf, formatDecimal } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import type { RefundShare } from '#domain/refunds.ts';
import { localAccountAt } from '#scripts/lib/local-accounts.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { AllScaleApiError } from '#sdk/src/errors.ts';
import { createRefundService, type RefundService } from '#web/dashboard/refund/server/refund-service.ts';
import type { OrderToSend, RefundTarget, RefundTerms } from '#web/dashboard/refund/server/refund-types.ts';
import type { Random } from '../random.ts';
import type { Shop } from './shops.ts';
import { CHAIN_IDS, type ChainId, type SystemStack } from './stack.ts';
import { type Order, type Refunding, randomFor, type SentRefund, type World } from './world.ts';

/** An account that is no store's receiver: an exchange's, for example. */
const ELSEWHERE = 5;
const GAS_LIMIT = 600_000;
/** Above every fee spike of the run. */
const MAX_FEE = 5_000_000_000_000n;
const TIP = 1_000_000_000n;
/** Owners refund money that no reorganisation of the run removes. */
const DEEP_ENOUGH = 12;
const ASK_TRIES = 20;
const TRY_MS = 1_500;

/** Of these orders, those whose money is deep enough and not refunded yet. */
export const refundableOrders = async ({ stack }: World, ids: readonly string[]): Promise<string[]> => {
  const { rows } = await sqlOf(stack.orm).query<{ id: string }>({
    name: '',
    text: `select i.id from checkout_intent i where i.id = any($1::text[]) and i.status in (-5, -4, -3, -2, -1, 4, 20)
       and exists (select from token_transfer t where t.intent_id = i.id and t.state = 'confirmed')
       and not exists (select from token_transfer t join chain_cursor c on c.chain_id = t.chain_id
         where t.intent_id = i.id and t.state <> 'orphaned' and t.block_number > c.block_number - ${DEEP_ENOUGH})`,
    values: [ids],
  });
  return rows.map(({ id }) => id);
};

type SendTransaction = (chainId: ChainId, key: string, to: string, data: Hex) => Promise<Hex>;

/** Wallets that sign themselves: a transaction is known before a node has it, so that it is never lost. */
const openWallets = (nodeUrl: SystemStack['nodeUrl']) => {
  const raws = new Map<Hex, { chainId: ChainId; raw: string }>();
  const nonces = new Map<string, number>();
  const submit = async (chainId: ChainId, raw: string): Promise<void> => {
    // The node may be away, or have it already.
    await rpcCall(nodeUrl(chainId), 'eth_sendRawTransaction', [raw], 10_000).catch(() => {});
  };
  const send: SendTransaction = async (chainId, key, to, data) => {
    const wallet = new Wallet(key);
    const account = `${chainId}:${wallet.address}`;
    const nonce = nonces.get(account) ?? 0;
    nonces.set(account, nonce + 1);
    const fee = { type: 2, gasLimit: GAS_LIMIT, maxFeePerGas: MAX_FEE, maxPriorityFeePerGas: TIP };
    const raw = await wallet.signTransaction({ chainId, nonce, to, data, ...fee });
    const txHash = keccak256(raw) as Hex;
    raws.set(txHash, { chainId, raw });
    await submit(chainId, raw);
    return txHash;
  };
  const sendAgain = async (): Promise<void> => {
    for (const [txHash, { chainId, raw }] of raws) {
      const receipt = await rpcCall<object | null>(nodeUrl(chainId), 'eth_getTransactionReceipt', [txHash]).catch(
        () => undefined,
      );
      if (receipt === null) await submit(chainId, raw);
    }
  };
  return { send, sendAgain };
};

/** Gives receivers, and the account elsewhere, coins of every token to refund with. */
const fundOwners = async (nodeUrl: SystemStack['nodeUrl'], owners: readonly Address[]): Promise<void> => {
  for (const chainId of CHAIN_IDS) {
    const hashes: Hex[] = [];
    for (const owner of owners) {
      for (const { address, decimals } of chainById(chainId).tokens) {
        const data = mintCalldata(owner, baseUnitsOf(10n ** BigInt(9 + decimals)));
        const transaction = { from: localAccountAt(0).address, to: address, data, gas: '0x30d40' };
        hashes.push(await rpcCall<Hex>(nodeUrl(chainId), 'eth_sendTransaction', [transaction]));
      }
    }
    const last = [hashes.at(-1)];
    await waitFor(
      async () => (await rpcCall<object | null>(nodeUrl(chainId), 'eth_getTransactionReceipt', last)) !== null,
      { what: 'the coins of the owners', timeoutMs: 60_000 },
    );
  }
};

export const openRefunding = async (stack: SystemStack, shops: readonly Shop[]): Promise<Refunding> => {
  const { orm, nodeUrl } = stack;
  const pools = new Map(CHAIN_IDS.map((id) => [id, createRpcPool({ chainId: id, urls: [nodeUrl(id)] })] as const));
  const chains = CHAIN_IDS.map((id) => ({ chain: chainById(id), rpcUrls: [nodeUrl(id)] }));
  const service = createRefundService({ orm, chains, pools, checkAddress: async (address) => knownPayable(address) });
  const wallets = openWallets(nodeUrl);
  const elsewhere = localAccountAt(ELSEWHERE);
  await fundOwners(nodeUrl, [
    ...shops.map(({ receiverAddress }) => receiverAddress),
    toChecksumAddress(elsewhere.address),
  ]);

  const sent: SentRefund[] = [];
  const sentIds = new Set<string>();
  const requests = { made: 0, failed: 0 };

  const sendSigned = async (shop: Shop, intentId: string, order: OrderToSend, source: 'deposit' | 'wallet') => {
    sentIds.add(order.id);
    const { to, data } = order.transaction;
    const chainId = order.chainId as ChainId;
    const txHash = await wallets.send(chainId, shop.receiverKey, to, data);
    sent.push({ intentId, chainId, source, txHash, isRejected: false });
    return txHash;
  };

  const payElsewhere = async (world: World, plan: RefundPlan): Promise<string> => {
    const { order, share, terms, target, random } = plan;
    const chainId = share.chainId as ChainId;
    const amount = plan.amountBaseUnits;
    const data = transferCalldata(share.payer, amount);
    const txHash = await wallets.send(chainId, elsewhere.privateKey, share.token, data);
    const payment: SentRefund = { intentId: order.id, chainId, source: 'external', txHash, isRejected: false };
    sent.push(payment);
    const record = () => service.recordExternal(order.shop.storeId, target, txHash, { ...by(random), terms });
    payment.isRejected = !(await untilDone(world, 'recorded', record));
    return payment.isRejected ? `paid elsewhere and not accepted, ${txHash}` : `paid elsewhere, ${txHash}`;
  };

  const sign = async (plan: RefundPlan): Promise<string> => {
    const { order, target, terms, random } = plan;
    const { shop, id } = order;
    const offer = await service.offer(shop.storeId, target, terms);
    if (!offer || offer.problem) return `not possible: ${offer?.problem ?? 'no such money'}`;
    const ordered =
      offer.source === 'deposit'
        ? await signRelease(service, plan)
        : await service.orderFromWallet(shop.storeId, target, { ...by(random), terms });
    const source = offer.source === 'deposit' ? 'deposit' : 'wallet';
    const txHash = await sendSigned(shop, id, ordered, source);
    // A browser that closes does not report the transaction.
    if (random.once(3)) return `from the ${source}, not reported`;
    await service.noteSent(shop.storeId, ordered.id, txHash);
    return `from the ${source}, ${txHash}`;
  };

  const ask = async (world: World, { order, share, amount }: RefundPlan, name: string): Promise<string | null> => {
    const { chainId, coin, payer } = share;
    const refund = { chain_id: chainId, stable_coin: coin, payer, amount_coins: amount, reason: 'simulation' };
    for (let tries = 0; tries < ASK_TRIES; tries += 1) {
      try {
        const options = { idempotencyKey: `refund-${world.seed}-${name}` };
        const { refund_id: id } = await order.shop.client.requestRefund(order.id, refund, options);
        requests.made += 1;
        return id;
      } catch (error) {
        requests.failed += 1;
        // Two tokens of one coin, or money that is asked for already.
        if (error instanceof AllScaleApiError && error.httpStatus < 500 && error.httpStatus !== 429) return null;
        await new Promise((resolve) => setTimeout(resolve, TRY_MS));
      }
    }
    return null;
  };

  const refundOnce = async (world: World, order: Order, random: Random, part: number): Promise<void> => {
    const { shop, id, number } = order;
    const read = await readRefundableOrder(orm.em.fork(), shop.storeId, id);
    const shares = (read?.shares ?? []).filter(canBeRefunded);
    if (shares.length === 0) return;
    const share = random.pick(shares);
    const plan = planOf(order, share, random);
    const isAsked = random.once(3);
    const requestId = isAsked ? await ask(world, plan, `${number}-${part}`) : null;
    const terms = { ...plan.terms, requestId };
    const done = random.once(4) ? await payElsewhere(world, { ...plan, terms }) : await sign({ ...plan, terms });
    world.log(`refund ${part} of order ${number}: ${plan.amount} to ${share.payer} on ${share.chainId}, ${done}`);
  };

  return {
    sent,
    requests,
    async refund(world, order) {
      const random = randomFor(world.seed, 'refund', order.number);
      const times = random.once(2) ? 2 : 1;
      for (let part = 1; part <= times; part += 1) {
        try {
          await refundOnce(world, order, random, part);
        } catch (error) {
          world.log(`refund ${part} of order ${order.number} failed: ${(error as Error).message}`);
        }
      }
    },
    async goOn(world) {
      await wallets.sendAgain();
      for (const { id, intent } of await readUnsent(orm)) {
        const order = world.orders.find((one) => one.id === intent);
        if (!order || sentIds.has(id)) continue;
        const { refunds } = (await service.offers(order.shop.storeId, intent)) ?? { refunds: [] };
        const refund = refunds.find((one) => one.id === id);
        if (!refund?.toSend) continue;
        world.log(`refund ${id} of order ${order.number} is sent now`);
        await sendSigned(order.shop, intent, refund.toSend, refund.source === 'deposit' ? 'deposit' : 'wallet');
      }
    },
    async close() {
      for (const pool of pools.values()) await pool.close();
    },
  };
};

interface RefundPlan {
  order: Order;
  share: RefundShare;
  amount: string;
  amountBaseUnits: ReturnType<typeof baseUnitsOf>;
  target: RefundTarget;
  terms: RefundTerms;
  random: Random;
}

const canBeRefunded = ({ remainingBaseUnits, isDenied }: RefundShare): boolean =>
  !isDenied && remainingBaseUnits >= 1_000n;

/** All that is left of one payer's money, or a part of it. */
const planOf = (order: Order, share: RefundShare, random: Random): RefundPlan => {
  const { chainId, token, payer, remainingBaseUnits, unitsPerBase } = share;
  const thousandths = random.once(2) ? 1_000n : BigInt(100 + random.below(900));
  const amountBaseUnits = baseUnitsOf((remainingBaseUnits * thousandths) / 1_000n);
  const decimals = 19 - String(unitsPerBase).length;
  const amount = formatDecimal(amountBaseUnits, decimals, 0);
  const feeBearer = random.pick([null, 'payer', 'merchant'] as const);
  return {
    ...{ order, share, random, amount, amountBaseUnits },
    target: { kind: 'payer', intentId: order.id as never, chainId, token, payer },
    terms: { amount, to: null, feeBearer, requestId: null },
  };
};

const by = (random: Random) => ({
  actor: { kind: 'member', id: `owner ${random.below(3)}`, email: 'owner@shops.example' } as const,
  reason: 'simulation',
});

const signRelease = async (service: RefundService, { order, target, terms, random }: RefundPlan) => {
  const { storeId, receiverKey } = order.shop;
  const { typedData, nonce, deadline } = await service.prepare(storeId, target, terms);
  const { types, domain, message } = typedData;
  const signature = (await new Wallet(receiverKey).signTypedData(domain, { Release: types.Release }, message)) as Hex;
  return await service.order(storeId, target, { nonce, deadline, signature }, { ...by(random), terms });
};

/** Again while the chain has not mined it, or a part of the system is away. @returns whether the rules allowed it */
const untilDone = async (world: World, what: string, act: () => Promise<void>): Promise<boolean> => {
  const options = { what, timeoutMs: 240_000, intervalMs: TRY_MS };
  let isAllowed = true;
  await waitFor(async () => {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof UserError) || error.code === 'no_transaction' || error.code === 'unreachable')
        return false;
      // The response to the first try was lost.
      if (error.code === 'already_recorded') return true;
      world.log(`not ${what}: ${error.message}`);
      isAllowed = false;
      return true;
    }
  }, options);
  return isAllowed;
};

const readUnsent = async (orm: SystemStack['orm']): Promise<{ id: string; intent: string }[]> =>
  await orm.em
    .fork()
    .execute(
      `select id::text as id, intent_id as intent from send_back where state = 'signed' and source <> 'external'`,
    );
