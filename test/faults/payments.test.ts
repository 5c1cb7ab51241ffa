// Real payments through a whole system: both chains, both coins, every amount to the last digit, and every kind of wrong payment.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import { BUILT_IN_CHAINS, type Chain, primaryTokensOf, type Token } from '#domain/chains.ts';
import { type CoinId, coinSymbol } from '#domain/coins.ts';
import { addressFromTopic, balanceOfCalldata, TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import { baseUnitsOf, fromBaseUnits, parseUnits } from '#domain/money.ts';
import type { DemoPayment } from '#scripts/admin/demo-payment.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { type RunningSystem, startSystem } from '../support/running-system.ts';
import { openShop, SHOP_RECEIVER, type Shop } from '../support/shop.ts';

let system: RunningSystem;
let shop: Shop;
/** Waits for more confirmations than the chain requires, so that there is time to reorganise a payment away. */
let patientShop: Shop;
/** Accepts payments on one chain only, for a minute, and gives no extension. */
let strictShop: Shop;

beforeAll(async () => {
  system = await startSystem();
  shop = await openShop(system, 'Payments shop');
  patientShop = await openShop(system, 'Patient shop', '--confirmations', '31337=12');
  strictShop = await openShop(
    system,
    'Strict shop',
    ...['--chains', '31337', '--ttl-seconds', '60', '--extension-seconds', '0'],
  );
});
afterAll(async () => {
  await shop?.receiver.close();
  await patientShop?.receiver.close();
  await strictShop?.receiver.close();
  await system?.dispose();
});

const payAmount = async (from: Shop, body: Record<string, unknown>, ...payments: readonly DemoPayment[]) => {
  const { allscale_checkout_intent_id: id } = await from.create({ stable_coin: 1, amount_cents: 2000, ...body });
  for (const payment of payments) await from.pay(id, payment);
  return id;
};

// The longest group comes first: five tests run at a time, and the others fit beside it.
describe.concurrent('payments that the store does not accept', () => {
  test('short at the deadline: UNDERPAID; after the deadline: a person decides', async () => {
    const short = await payAmount(strictShop, {}, { amount: '7' });
    const late = await payAmount(strictShop, {});
    await Promise.all([strictShop.awaitStatus(short, -3, 150_000), strictShop.awaitStatus(late, -5, 150_000)]);
    expect((await strictShop.report(short)).reviews).toMatchObject([{ kind: 'underpaid', state: 'open' }]);

    await strictShop.pay(late);
    await strictShop.awaitStatus(late, 4);
    expect((await strictShop.report(late)).reviews).toMatchObject([{ kind: 'late', state: 'open' }]);
    expect(strictShop.receiver.received).toEqual([]);
  });

  test('in the other coin: a person decides', async () => {
    const id = await payAmount(shop, { accepted_stable_coins: [1] }, { coin: 2, amount: '20' });
    await shop.awaitStatus(id, 4);
    expect((await shop.report(id)).reviews).toMatchObject([{ kind: 'wrong_coin', state: 'open' }]);
  });

  test('on a chain that the store does not accept: a person decides', async () => {
    const id = await payAmount(strictShop, {}, { chain: 31338, amount: '20' });
    await strictShop.awaitStatus(id, 4);
    expect((await strictShop.report(id)).reviews).toMatchObject([{ kind: 'wrong_chain', state: 'open' }]);
  });
});

describe.concurrent('two systems on one machine', () => {
  test('with their own ports and data, a purchase in each at once reaches CONFIRMED', async () => {
    const other = await startSystem();
    try {
      const otherShop = await openShop(other, 'Payments shop');
      try {
        const bought = await Promise.all([shop, otherShop].map((from) => payAmount(from, {}, {})));
        const [here = '', there = ''] = bought;
        await Promise.all([shop.expectPaidOnce(here), otherShop.expectPaidOnce(there)]);
        expect(other.env.DATABASE_URL).not.toBe(system.env.DATABASE_URL);
        await expect(shop.report(there)).rejects.toMatchObject({ code: 'intent_not_found' });
        await expect(otherShop.report(here)).rejects.toMatchObject({ code: 'intent_not_found' });
      } finally {
        await otherShop.receiver.close();
      }
    } finally {
      await other.dispose();
    }
  });
});

const balance = async (chainId: number, token: string, holder: string): Promise<bigint> => {
  const data = balanceOfCalldata(toChecksumAddress(holder));
  return BigInt(
    await rpcCall<string>(String(system.env[`RPC_URLS_${chainId}`]), 'eth_call', [{ to: token, data }, 'latest']),
  );
};

const cases = BUILT_IN_CHAINS.filter((chain) => chain.local).flatMap((chain) =>
  // The command that pays sends the primary token. The others: test/chain.
  primaryTokensOf(chain).map((token) => ({ chain, token, name: `${coinSymbol(token.coin)} on ${chain.name}` })),
);

/** What left a deposit address, by recipient, in ledger units. Reads logs, because other payments change balances meanwhile. */
const paidOut = async (chain: Chain, token: Token, deposit: Address): Promise<Map<Address, bigint>> => {
  const logs = await rpcCall<{ topics: Hex[]; data: Hex }[]>(
    String(system.env[`RPC_URLS_${chain.id}`]),
    'eth_getLogs',
    [{ fromBlock: '0x0', address: token.address, topics: [TRANSFER_TOPIC, topicOfAddress(deposit)] }],
  );
  const sums = new Map<Address, bigint>();
  for (const { topics, data } of logs) {
    const to = addressFromTopic(topics[2] ?? '0x');
    sums.set(to, (sums.get(to) ?? 0n) + fromBaseUnits(baseUnitsOf(data), token.decimals));
  }
  return sums;
};

describe.concurrent('merchant and platform receive what the shopper paid, to the last unit', () => {
  test.each(cases)('$name, native and fiat pricing', async ({ chain, token }) => {
    const coin: CoinId = token.coin;
    const feeReceiver = String(system.env.FEE_RECEIVER) as Address;
    for (const price of [{ stable_coin: coin }, { currency: 44 }]) {
      const created = await shop.create({ ...price, amount_cents: 1033, accepted_stable_coins: [coin] });
      const id = created.allscale_checkout_intent_id;
      await shop.pay(id, { chain: chain.id, coin });
      const report = await shop.expectPaidOnce(id);

      const sums = await paidOut(chain, token, report.deposit_address);
      const net = sums.get(SHOP_RECEIVER) ?? 0n;
      const fee = sums.get(feeReceiver) ?? 0n;
      expect([...sums.keys()].sort()).toEqual([SHOP_RECEIVER, feeReceiver].sort());
      expect(net + fee).toBe(parseUnits(created.amount_coins));
      expect(net).toBe(parseUnits(report.net_income_amount ?? ''));
      expect(fee).toBe(parseUnits(report.service_fee_amount ?? ''));
      expect(report.actual_paid_amount).toBe(created.amount_coins);
      expect(await balance(chain.id, token.address, report.deposit_address)).toBe(0n);
      expect(report.coin_contract).toBe(token.address);
      expect(report.chain_id).toBe(chain.id);
    }
  });
});

describe.concurrent('payments of another amount', () => {
  test('over: confirmed, with the surplus shown', async () => {
    const id = await payAmount(shop, {}, { amount: '21.5' });
    const report = await shop.expectPaidOnce(id);
    expect(report).toMatchObject({ actual_paid_amount: '21.5000', surplus_amount: '1.5000', reviews: [] });
  });

  test('short by less than the tolerance, as exchanges send it: confirmed', async () => {
    const id = await payAmount(shop, {}, { amount: '19.91' });
    expect((await shop.expectPaidOnce(id)).actual_paid_amount).toBe('19.9100');
  });

  test('in two parts: the first extends the deadline once, the second completes the payment', async () => {
    const id = await payAmount(shop, {}, { amount: '12.25' });
    await waitFor(async () => (await shop.report(id)).extended_at !== null, {
      what: 'the extension of the checkout',
      timeoutMs: 60_000,
      intervalMs: 500,
    });
    expect(await shop.status(id)).toBeLessThan(10);
    const last = await shop.pay(id);
    const report = await shop.expectPaidOnce(id);
    expect(report.actual_paid_amount).toBe('20.0000');
    expect(report.tx_hash).toBe(last);
  });

  test('a second payment after CONFIRMED: the status stays, with a review', async () => {
    const id = await payAmount(shop, {}, {});
    await shop.expectPaidOnce(id);
    const extra = await shop.pay(id, { amount: '20' });
    const report = await waitFor(
      async () => {
        const now = await shop.report(id);
        return now.reviews.length > 0 ? now : undefined;
      },
      { what: 'the review row', timeoutMs: 60_000, intervalMs: 500 },
    );
    expect(report.status).toBe(20);
    expect(report.reviews).toMatchObject([{ kind: 'second_payment', state: 'open', found: { tx_hash: extra } }]);
    expect(shop.receiver.received.filter(({ body }) => body.all_scale_checkout_intent_id === id)).toHaveLength(1);
  });
});

describe('reorganisations', () => {
  test('before confirmation: back to waiting, then paid when mined again, with one webhook', async () => {
    const id = await payAmount(patientShop, {}, { chain: 31337 });
    await patientShop.awaitStatus(id, 10);
    await system.admin('demo', 'reorg', '--chain', '31337', '--depth', '8');
    await patientShop.awaitStatus(id, 3);
    await patientShop.pay(id, { chain: 31337 });
    const report = await patientShop.expectPaidOnce(id);
    expect(report.transfers.map(({ state, in_payment }) => ({ state, in_payment }))).toEqual([
      { state: 'orphaned', in_payment: false },
      { state: 'confirmed', in_payment: true },
    ]);
  });
});
