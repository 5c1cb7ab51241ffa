// What the columns of the CSV files say, for the guide: a column without a sentence does not compile.
import type { ORDER_CSV_COLUMNS, TRANSFER_CSV_COLUMNS } from '#domain/order-csv.ts';
import type { REFUND_CSV_COLUMNS } from '#domain/report-csv.ts';

export const ORDER_COLUMNS: Readonly<Record<(typeof ORDER_CSV_COLUMNS)[number], string>> = {
  created_at: 'when the intent was created',
  checkout_intent_id: 'its id',
  order_id: 'the `order_id` of your shop',
  description: 'its `order_description`',
  status: 'the name of its [status](/docs/statuses) when the file was made',
  fiat_amount: 'the price in fiat, two decimals; empty when it was priced in coin',
  fiat_currency: 'its symbol, as `EUR`',
  price: 'the price in coin',
  price_coin: 'the coin of the price',
  paid_at: 'when the payment was confirmed; empty until then, as are all columns of what was paid',
  paid: 'what arrived (gross)',
  paid_coin: 'in which coin',
  network: 'on which network',
  chain_id: 'its number, see [networks](/docs/chains)',
  fee: 'the fee of the platform',
  net: 'what is yours: `paid` less `fee`',
  surplus: 'how much of `paid` is more than the price',
  method: 'how it was paid',
  tx_hash: 'the transaction that completed the payment',
  payer: 'who sent it',
  deposit_address: 'the address of this intent',
  user_id: 'the `user_id` of your shop',
  user_name: 'its `user_name`',
};

export const REFUND_COLUMNS: Readonly<Record<(typeof REFUND_CSV_COLUMNS)[number], string>> = {
  row: '`order`: a paid order, and all other columns here are empty; or `send_back`',
  sent_back_at: 'when the network confirmed that the money went back',
  sent_back: 'what left, the fee included',
  sent_back_fee: 'how much of it is the fee of the platform; `sent_back` less this is what the payer got',
  sent_back_from: 'the address that it left: the one of the intent, or the receiving address of your wallet',
  sent_back_to: 'the payer who got it',
  sent_back_of:
    'what it was: `surplus`, which is part of `paid` of the order; or money that never counted for one: `late`, `underpaid`, `wrong_coin`, `wrong_chain`, `second_payment`, `screening`',
};

export const TRANSFER_COLUMNS: Readonly<Record<(typeof TRANSFER_CSV_COLUMNS)[number], string>> = {
  block_time: 'when the block says that it happened',
  checkout_intent_id: 'the intent whose address it reached',
  order_id: 'the `order_id` of your shop',
  order_status: 'the name of the intent’s status when the file was made',
  amount: 'what arrived',
  coin: 'in which coin',
  network: 'on which network',
  chain_id: 'its number',
  state: '`seen`, `confirmed` or `orphaned` (its block was replaced)',
  in_payment: '`yes` when it counts for the order',
  tx_hash: 'its transaction',
  from: 'who sent it',
  to: 'the address that it reached',
  block_number: 'its block',
};
