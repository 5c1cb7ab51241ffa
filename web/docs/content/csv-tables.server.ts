// The meaning of each CSV column, for the guide. A column without a text does not compile.
import type { ORDER_CSV_COLUMNS, TRANSFER_CSV_COLUMNS } from '#domain/order-csv.ts';
import type { REFUND_CSV_COLUMNS } from '#domain/report-csv.ts';
import { REVIEW_KIND_LIST } from '#domain/review-kinds.ts';
import { possibleOutcomes } from '#domain/review-outcomes.ts';

export const ORDER_COLUMNS: Readonly<Record<(typeof ORDER_CSV_COLUMNS)[number], string>> = {
  created_at: 'when the intent was created',
  checkout_intent_id: 'its id',
  order_id: 'the `order_id` of your shop',
  description: 'its `order_description`',
  status: 'the name of its [status](/docs/statuses) when the file was created',
  fiat_amount: 'the price in fiat, two decimals; empty when it was priced in coin',
  fiat_currency: 'its symbol, for example `EUR`',
  price: 'the price in coin; empty, like the three other columns of the price, in rows that are not the order’s first',
  price_coin: 'the coin of the price',
  paid_at:
    'when the payment was confirmed, or this money accepted; empty until then, like all columns about the payment',
  paid: 'the amount received in this coin on this network (gross)',
  paid_coin: 'the coin received',
  network: 'its network',
  chain_id: 'the network’s number, see [networks](/docs/chains)',
  fee: 'the fee of the platform',
  net: 'your part: `paid` minus `fee`',
  surplus: 'the part of `paid` above the price',
  method: 'how it was paid',
  tx_hash: 'its transactions, separated by spaces',
  payer: 'their senders, separated by spaces',
  deposit_address: 'the deposit address of the intent',
  user_id: 'the `user_id` of your shop',
  user_name: 'its `user_name`',
  row: '`order` for an order’s first row, `part` for what was paid in another coin or on another network, `accepted` for money that you accepted after the payment',
  token: 'the contract of the token that was received: a coin can have several on a [network](/docs/chains)',
};

const REFUNDED_KINDS = REVIEW_KIND_LIST.filter((kind) => possibleOutcomes(kind, 'confirmed').includes('sent_back'))
  .map((kind) => `\`${kind}\``)
  .join(', ');

export const REFUND_COLUMNS: Readonly<Record<(typeof REFUND_CSV_COLUMNS)[number] | 'token', string>> = {
  row: '`order`, `part` or `accepted` as in the export (the other columns here are empty), `send_back` for a refund, or `send_back_removed` for one that a reorganisation removed after it was confirmed',
  sent_back_at: 'when the refund was confirmed on the network, or found removed',
  sent_back: 'the amount that left, including the fee; negative in `send_back_removed`, like the fee',
  sent_back_fee: 'the platform’s fee in it; the payer received `sent_back` minus this',
  sent_back_from: 'the address that it left: the intent’s deposit address, or your receiving address',
  sent_back_to: 'the payer who received it',
  sent_back_of: `the reason: \`surplus\` or \`payment\`, which are part of the order’s \`paid\`, or money that never counted for an order: ${REFUNDED_KINDS}`,
  token: 'the contract of the token that was received or refunded',
};

export const TRANSFER_COLUMNS: Readonly<Record<(typeof TRANSFER_CSV_COLUMNS)[number], string>> = {
  block_time: 'the time of its block',
  checkout_intent_id: 'the intent whose deposit address received it',
  order_id: 'the `order_id` of your shop',
  order_status: 'the name of the intent’s status when the file was created',
  amount: 'the amount',
  coin: 'the coin received',
  network: 'its network',
  chain_id: 'the network’s number',
  state: '`seen`, `confirmed` or `orphaned` (its block was replaced)',
  in_payment: '`yes` when it counts for the order',
  tx_hash: 'its transaction',
  from: 'the sender',
  to: 'the address that received it',
  block_number: 'its block',
  token: 'contract of the token: a coin can have several on a network',
};
