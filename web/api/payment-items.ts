// What an order has received, as the API returns it.
import type { z } from 'zod';
import type { ReceivedMoney, TokenAmount } from '#db/intents/received-money.ts';
import { chainById } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import { confirmationNeed, confirmationsOf, tierUnits } from '#domain/confirmations.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatUnits, sum, type Units, unitsOf, ZERO } from '#domain/money.ts';
import type { TransferState } from '#domain/payment-rules.ts';
import { isCounted, type ReceivedTransfer, receivedBy } from '#domain/received-money.ts';
import { REVIEW_KINDS } from '#domain/review-kinds.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import type { paymentsPayload } from './payment-schemas.ts';

type Payload = z.output<typeof paymentsPayload>;

const TRANSFER_STATUS = { seen: 1, confirmed: 2, orphaned: -1 } as const satisfies Record<TransferState, number>;

const REVIEW_STATUS = { accepted: 2, sent_back: 3, closed: 4 } as const satisfies Record<ReviewOutcome, number>;
const OPEN_REVIEW = 1;

const total = (transfers: readonly { amountUnits: Units }[]): Units =>
  sum(transfers.map(({ amountUnits }) => amountUnits));

const tokenOf = ({ chainId, coin, token }: Pick<ReceivedTransfer, 'chainId' | 'coin' | 'token'>) => ({
  chain_id: chainId,
  stable_coin_type: coin,
  coin_symbol: coinSymbol(coin),
  coin_contract: token,
});

/** The open review of a transfer, else the one that was decided last. */
const reviewOf = ({ reviews }: ReceivedTransfer) => {
  const review = reviews.find(({ outcome }) => outcome === null) ?? reviews.at(-1);
  if (!review) return { review_type: null, review_status: null };
  const { kind, outcome } = review;
  return {
    review_type: REVIEW_KINDS[kind].type,
    review_status: outcome === null ? OPEN_REVIEW : REVIEW_STATUS[outcome],
  };
};

const confirmationsIn = ({ order, heads, minimumConfirmations }: ReceivedMoney, transfer: ReceivedTransfer) => {
  const { chainId, blockNumber, amountUnits } = transfer;
  const amount = tierUnits(amountUnits, order.requiredUnits);
  const needs = confirmationNeed(
    chainById(chainId).confirmation,
    amount,
    minimumConfirmations[String(chainId)] ?? null,
  );
  const depths = needs.map((need) => (need.kind === 'depth' ? need.blocks : null));
  const head = heads.get(chainId);
  const isIn = transfer.state !== 'orphaned' && head !== undefined;
  return {
    confirmations: isIn ? Number(confirmationsOf(blockNumber, { head, safe: null, finalized: null })) : 0,
    confirmations_required: depths.includes(null) ? null : Math.max(...depths.map(Number)),
  };
};

const transferItem = (money: ReceivedMoney, transfer: ReceivedTransfer): Payload['transfers'][number] => ({
  ...tokenOf(transfer),
  amount_coins: formatUnits(transfer.amountUnits),
  tx_hash: transfer.txHash,
  tx_from: transfer.from,
  tx_to: transfer.to,
  block_number: Number(transfer.blockNumber),
  block_time: new Date(transfer.blockTime).toISOString(),
  transfer_status: TRANSFER_STATUS[transfer.state],
  ...confirmationsIn(money, transfer),
  is_counted: isCounted(money.order, transfer),
  ...reviewOf(transfer),
});

const amountIn = (amounts: readonly TokenAmount[], { chainId, token }: ReceivedTransfer): string =>
  formatUnits(amounts.find((one) => one.chainId === chainId && one.token === token)?.units ?? unitsOf(ZERO));

const receivedItems = ({ order, transfers, refunded, surplus }: ReceivedMoney): Payload['received'] => {
  const groups = Map.groupBy(transfers, ({ chainId, token }) => `${chainId}:${token}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return {
      ...tokenOf(first),
      received_coins: formatUnits(total(group.filter(({ state }) => state !== 'orphaned'))),
      confirmed_coins: formatUnits(total(group.filter(({ state }) => state === 'confirmed'))),
      counted_coins: formatUnits(total(group.filter((transfer) => isCounted(order, transfer)))),
      surplus_coins: amountIn(surplus, first),
      refunded_coins: amountIn(refunded, first),
    };
  });
};

/** @param now epoch milliseconds */
export const paymentsOf = (intentId: IntentId, money: ReceivedMoney, now: number): Payload => {
  const { order, transfers } = money;
  const { countedUnits, missingUnits, isOpen } = receivedBy(order, transfers, now);
  const missing = formatUnits(missingUnits);
  return {
    all_scale_checkout_intent_id: intentId,
    status: order.status,
    amount_coins: formatUnits(order.requiredUnits),
    received_coins: formatUnits(countedUnits),
    missing_coins: missing,
    due: isOpen
      ? order.acceptedCoins.map((coin) => ({
          stable_coin_type: coin,
          coin_symbol: coinSymbol(coin),
          amount_coins: missing,
        }))
      : [],
    expires_at: new Date(order.expiresAt).toISOString(),
    received: receivedItems(money),
    transfers: transfers.map((transfer) => transferItem(money, transfer)),
  };
};
