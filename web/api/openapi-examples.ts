// The examples of the OpenAPI document: one order of 12.50 US dollars, from creation to payment in USDC on Base.

export const CREATE_EXAMPLE = {
  currency: 1,
  amount_cents: 1250,
  accepted_stable_coins: [1, 2],
  order_id: 'A-1001',
  order_description: 'Two bags of coffee',
  redirect_url: 'https://shop.example.com/orders/A-1001',
};

const ID = '65b2f3d0d2d9c0a1b2c3d4e5';
const CHECKOUT_URL = `https://pay.example.com/checkout/${ID}`;

export const CREATED_EXAMPLE = {
  checkout_url: CHECKOUT_URL,
  allscale_checkout_intent_id: ID,
  amount_coins: '12.5000',
  stable_coin_type: 1,
  rate: '1.0000',
  accepted_stable_coins: [1, 2],
};

export const INTENT_EXAMPLE = {
  all_scale_checkout_intent_id: ID,
  checkout_url: CHECKOUT_URL,
  status: 20,
  currency: 1,
  currency_symbol: 'USD',
  currency_rate: '1.0000',
  amount_cents: 1250,
  amount_coins: '12.5000',
  stable_coin_type: 2,
  coin_symbol: 'USDC',
  coin_contract: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
  chain_id: 8453,
  tx_hash: '0x63fd51ac2a721cbd364880bb44773c3ca735d12bddf4702d5233f9912fb66a65',
  tx_from: '0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199',
  tx_to: '0x95EDD58016Fb7f275A7F0246fE68194E76AA6fD6',
  payment_method_type: 1,
  actual_paid_amount: '12.5000',
  service_fee_amount: '0.1000',
  net_income_amount: '12.4000',
  order_id: 'A-1001',
  order_description: 'Two bags of coffee',
  user_id: null,
  user_name: null,
  redirect_url: 'https://shop.example.com/orders/A-1001',
  extra: null,
  created_at: '2026-01-25T23:35:28.011Z',
  updated_at: '2026-01-25T23:41:02.586Z',
  expires_at: '2026-01-26T00:05:28.011Z',
  confirmed_at: '2026-01-25T23:41:02.586Z',
};

export const REFUND_EXAMPLE = {
  refund_id: 'rfr_65b2f3d0d2d9c0a1b2c3d4e565b2f3d0',
  refund_status: 1,
  chain_id: 8453,
  stable_coin_type: 2,
  coin_symbol: 'USDC',
  coin_contract: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
  amount_coins: '4.5000',
  payer_gets_coins: null,
  merchant_bears_fee: false,
  payer: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  tx_hash: null,
  reason: 'One of two items was returned',
  created_at: '2026-01-26T09:00:00.000Z',
  confirmed_at: null,
};

const USDC_ON_BASE = {
  chain_id: 8453,
  stable_coin_type: 2,
  coin_symbol: 'USDC',
  coin_contract: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
};

export const PAYMENTS_EXAMPLE = {
  all_scale_checkout_intent_id: ID,
  status: 3,
  amount_coins: '12.5000',
  received_coins: '10.0000',
  missing_coins: '2.5000',
  due: [
    { stable_coin_type: 1, coin_symbol: 'USDT', amount_coins: '2.5000' },
    { stable_coin_type: 2, coin_symbol: 'USDC', amount_coins: '2.5000' },
  ],
  expires_at: '2026-01-26T00:35:28.011Z',
  received: [
    {
      ...USDC_ON_BASE,
      received_coins: '10.0000',
      confirmed_coins: '0.0000',
      counted_coins: '10.0000',
      surplus_coins: '0.0000',
      refunded_coins: '0.0000',
    },
  ],
  transfers: [
    {
      ...USDC_ON_BASE,
      amount_coins: '10.0000',
      tx_hash: '0x63fd51ac2a721cbd364880bb44773c3ca735d12bddf4702d5233f9912fb66a65',
      tx_from: '0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199',
      tx_to: '0x95EDD58016Fb7f275A7F0246fE68194E76AA6fD6',
      block_number: 41250123,
      block_time: '2026-01-25T23:40:13.000Z',
      transfer_status: 1,
      confirmations: 4,
      confirmations_required: 10,
      is_counted: true,
      review_type: null,
      review_status: null,
    },
  ],
};

export const NOTICE_EXAMPLE = {
  all_scale_transaction_id: 'txn_0f8fad5bd9cb469fa16570867728950e',
  all_scale_checkout_intent_id: ID,
  webhook_id: 'evt_7c9e6679742540de944be07fc1f90ae7',
  event_type: 'checkout_intent.short',
  amount_cents: 1250,
  currency: 1,
  currency_symbol: 'USD',
  amount_coins: '12.5000',
  coin_symbol: 'USDC',
  coin_contract_address: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
  chain_id: 8453,
  tx_hash: '0x63fd51ac2a721cbd364880bb44773c3ca735d12bddf4702d5233f9912fb66a65',
  tx_from: '0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199',
  payment_method_type: 0,
  order_id: 'A-1001',
  user_id: null,
  user_name: null,
  status: 3,
  received_coins: '10.0000',
  missing_coins: '2.5000',
  transfer_coins: '10.0000',
  review_type: null,
  extra_obj: null,
};

export const EVENTS_EXAMPLE = {
  events: [
    {
      sequence: 42,
      event_id: NOTICE_EXAMPLE.webhook_id,
      event_type: NOTICE_EXAMPLE.event_type,
      all_scale_checkout_intent_id: ID,
      created_at: '2026-01-25T23:40:15.120Z',
      data: NOTICE_EXAMPLE,
    },
  ],
  last_sequence: 42,
  has_more: false,
};

export const ENDPOINT_EXAMPLE = {
  endpoint_id: 'whe_3f2504e04f8941d39a0c0305e82c3301',
  url: 'https://shop.example.com/hooks/orders',
  event_types: ['checkout_intent.short', 'checkout_intent.late', 'checkout_intent.review'],
  enabled: true,
  gone_at: null,
  created_at: '2026-01-25T22:00:00.000Z',
  description: 'Warehouse',
  next_secret_at: null,
};

export const DELIVERY_EXAMPLE = {
  delivery_id: 'whd_9a7b330a5f1e4f0c8d2b6e4c1f0a7d55',
  event_id: NOTICE_EXAMPLE.webhook_id,
  event_type: NOTICE_EXAMPLE.event_type,
  all_scale_checkout_intent_id: NOTICE_EXAMPLE.all_scale_checkout_intent_id,
  state: 'delivered',
  attempts: 1,
  last_attempt_at: '2026-01-25T23:40:16.000Z',
  last_status: 200,
  last_error: null,
  next_attempt_at: null,
  created_at: '2026-01-25T23:40:15.000Z',
} as const;

export const SIMULATION_EXAMPLE = {
  simulation_id: 'sim_3f2504e04f8941d39a0c0305e82c3301',
  all_scale_checkout_intent_id: ID,
  scenario: 'paid',
  chain_id: 31337,
  stable_coin_type: 1,
  coin_contract: '0x912dB4932418844f9649a8134b0C2C13A325d0d2',
  amount_coins: '12.5000',
  created_at: '2026-01-25T23:40:15.120Z',
};
