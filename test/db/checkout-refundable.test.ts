// What a checkout that has ended offers back on its page: to each sender what is theirs of the surplus, and what did not pay the order.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import { applyRefundUpdate } from '#db/refunds/refund-outcomes.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import type { Address } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { multiply, ONE_COIN, ZERO } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { randomAddress, randomHash } from '#test/support/intents.ts';
import { prepareWalletRefund } from '#test/support/wallet-refund.ts';
import { readCheckoutView } from '#web/checkout/server/checkout-view.ts';
import { type Ledger, openLedger } from './intents.ts';

const CHAIN = 31337;
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => await ledger.close());

interface Sent {
  from: Address;
  coin: CoinId;
  coins: number;
}

const tokenAddress = (coin: CoinId): Address => tokenOf(chainById(CHAIN), coin)?.address as Address;
let seconds = 0;
const send = (intentId: IntentId, { from, coin, coins }: Sent): Promise<string> => {
  seconds += 1;
  const blockTime = new Date(Date.now() - 100_000 + seconds * 1000);
  return ledger.newTransfer(intentId, coins, { from, coin, chainId: CHAIN, token: tokenAddress(coin), blockTime });
};
const paidOrder = async (price: bigint, sent: readonly Sent[]): Promise<IntentId> => {
  const intentId = await ledger.newIntent({ amountUnits: multiply(ONE_COIN, price) });
  const paymentTransferIds = [];
  for (const one of sent) paymentTransferIds.push(await send(intentId, one));
  await changeIntent(ledger.orm.em.fork(), {
    ...{ intentId, actor: 'workflow', to: IntentStatus.CONFIRMED, paymentTransferIds },
  });
  return intentId;
};
const offered = async (intentId: IntentId): Promise<string[]> => {
  const config = { chains: [chainById(CHAIN)], development: false };
  const choice = { coin: null, network: null, method: null } as never;
  return (
    (await readCheckoutView(ledger.orm.em.fork(), config, intentId, choice))?.refundable.map(({ amount }) => amount) ??
    []
  );
};
const refund = async (intentId: IntentId, payer: Address, coins: number): Promise<void> => {
  const id = await prepareWalletRefund(ledger.orm.em, ledger.storeId, intentId, { coins, payer });
  await applyRefundUpdate(ledger.orm.em, id, {
    kind: 'confirmed',
    txHash: randomHash(),
    logIndex: 0,
    feeBaseUnits: ZERO,
  });
};

test('two senders, two coins: the surplus alone, to the one who sent it', async () => {
  const [ann, bea] = [randomAddress(), randomAddress()];
  const intentId = await paidOrder(10n, [
    { from: ann, coin: 1, coins: 6 },
    { from: ann, coin: 2, coins: 1 },
    { from: bea, coin: 2, coins: 5 },
  ]);
  expect(await offered(intentId)).toEqual(['2.0000 USDC']);
  const order = await readRefundableOrder(ledger.orm.em.fork(), ledger.storeId, intentId);
  const surplus = order?.shares.flatMap(({ payer, parts }) => parts.map((part) => [payer, part.amountBaseUnits]));
  expect(surplus).toEqual([[bea, 2_000_000n]]);
});

test('money beside the payment is added to the surplus of its own sender; what went back is not offered again', async () => {
  const [ann, bea] = [randomAddress(), randomAddress()];
  const intentId = await paidOrder(10n, [{ from: ann, coin: 1, coins: 12 }]);
  expect(await offered(intentId)).toEqual(['2.0000 USDT']);
  await send(intentId, { from: ann, coin: 1, coins: 3 });
  await send(intentId, { from: bea, coin: 2, coins: 4 });
  expect(await offered(intentId)).toEqual(['5.0000 USDT', '4.0000 USDC']);
  await refund(intentId, ann, 2);
  expect(await offered(intentId)).toEqual(['3.0000 USDT', '4.0000 USDC']);
  // One sender on one network: one address for both tokens.
  await send(intentId, { from: ann, coin: 2, coins: 1 });
  expect(await offered(intentId)).toEqual(['3.0000 USDT + 1.0000 USDC', '4.0000 USDC']);
  await refund(intentId, ann, 13);
  expect(await offered(intentId)).toEqual(['1.0000 USDC', '4.0000 USDC']);
});
