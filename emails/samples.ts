// Sample data of every kind, for React Email's preview, the pictures and the tests of the templates.
import { chainById, tokenOf } from '#domain/chains.ts';
import type { EmailData, EmailKind } from '#domain/email-data.ts';
import type { EmailOrder, EmailStore } from '#domain/email-facts.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Language } from '#domain/languages.ts';
import type { EmailInput } from './input.ts';

const BASE_USDT = tokenOf(chainById(8453), 1);
if (!BASE_USDT) throw new Error('Base has no USDT');

const STORE: EmailStore = {
  id: 'sto_5b1e7c0d9a4f4c2e8d3b6a1f0e9c8d7b',
  name: 'Nordlicht Coffee & Sons <Berlin>',
  logoUrl: null,
  timeZone: 'Europe/Berlin',
  supportContact: 'help@nordlicht.example',
  isTest: false,
};

const ORDER: EmailOrder = {
  intentId: '6743f0c2a1b2c3d4e5f60718' as IntentId,
  orderId: 'A-1042',
  description: 'Two bags of "Polar Night", 500 g',
  isInvoice: false,
  amount: '1234.5678',
  coin: 1,
  fiat: { amount: '1065.66', currency: 'EUR' },
  acceptedCoins: [1, 2],
  acceptedChainIds: [1, 8453, 56, 42161],
  feeOfPrice: '7.407406',
  netOfPrice: '1227.160394',
  createdAt: '2026-11-22T13:05:00.000Z',
  expiresAt: '2026-11-22T13:35:00.000Z',
  payment: {
    parts: [
      {
        coin: 1,
        chainId: 8453,
        token: BASE_USDT.address,
        amount: '1240.0000',
        fee: '7.4400',
        net: '1232.5600',
        surplus: '5.4322',
        transfers: [
          {
            txHash: '0x3c1f5b0c8b1f7c0a9ddcbb70f2d0f8a0d0f4e0a2b7c6d5e4f3a2b1c0d9e8f7a6',
            payer: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F',
          },
        ],
      },
    ],
    confirmedAt: '2026-11-22T13:11:42.000Z',
  },
};

const LINK = 'https://pay.example.com/dashboard/sto_5b1e7c0d9a4f4c2e8d3b6a1f0e9c8d7b';
const SECRET_LINK = 'https://pay.example.com/account/open?token=sample-sample-sample-sample';
const EXPIRES_AT = '2026-11-23T13:05:00.000Z';
const sums = (gross: string, fee: string, net: string, orders: number, paidOrders: number, refunds = '0.0000') => ({
  gross,
  fee,
  net,
  orders,
  paidOrders,
  refunds,
});

const REPORT = {
  timeZone: 'Europe/Berlin',
  byStatus: [
    { status: 20, orders: 148 },
    { status: -5, orders: 21 },
    { status: 4, orders: 2 },
  ] as EmailData['daily_report']['byStatus'],
  byCoinAndNetwork: [
    { coin: 1, chainId: 8453, orders: 96, gross: '8120.5000', fee: '48.7230', net: '8071.7770' },
    { coin: 2, chainId: 137, orders: 52, gross: '3311.0400', fee: '19.8663', net: '3291.1737' },
  ] as EmailData['daily_report']['byCoinAndNetwork'],
  link: `${LINK}/reports/17`,
  unsubscribeLink: 'https://pay.example.com/mail/unsubscribe?token=sample',
};

const REFUND: EmailData['order_refunded'] = {
  amount: '5.4322',
  net: '5.3996',
  coin: 1,
  chainId: 8453,
  txHash: '0x9d1f5b0c8b1f7c0a9ddcbb70f2d0f8a0d0f4e0a2b7c6d5e4f3a2b1c0d9e8f7a6',
  payer: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F',
  to: '0x14dC79964da2C08b23698B3D3cc7Ca32193d9955',
  confirmedAt: '2026-11-24T09:20:00.000Z',
};

const { confirmedAt: _, ...REMOVED } = REFUND;

const INVOICE: EmailData['invoice_sent'] = {
  number: 'INV-0042',
  customerName: 'Café Süd <GmbH> & Co.',
  total: { amount: '1540.50', unit: { fiat: 'EUR' } },
  dueDay: '2026-12-06',
  memo: 'Thank you for your order of October.',
  lines: [
    { description: 'Espresso "Nordlicht", 1 kg', quantity: 30, total: { amount: '1500.00', unit: { fiat: 'EUR' } } },
    { description: 'Delivery', quantity: 1, total: { amount: '40.50', unit: { fiat: 'EUR' } } },
  ],
  link: 'https://pay.example.com/invoice/5b1e7c0d9a4f4c2e8d3b6a1f0e9c8d7b',
  reminder: null,
};

/** Kinds that are about an order. */
const ORDER_KINDS: readonly EmailKind[] = [
  ...(['order_created', 'order_paid', 'order_attention', 'order_stray', 'order_refunded'] as const),
  ...(['order_refund_removed', 'shopper_receipt', 'shopper_refund', 'shopper_refund_removed'] as const),
  'shopper_review',
];

const DATA: EmailData = {
  order_created: {},
  order_paid: {},
  shopper_receipt: {},
  shopper_review: {
    outcome: null,
    money: [
      {
        review: 'underpaid',
        amount: '1200.0000',
        ...{ coin: 1, token: BASE_USDT.address, chainId: 8453, txHash: REFUND.txHash, from: REFUND.payer },
      },
    ],
    refundAddresses: [REFUND.to],
  },
  order_attention: {
    review: 'late',
    amount: '1234.5678',
    coin: 1,
    chainId: 8453,
    txHash: '0x3c1f5b0c8b1f7c0a9ddcbb70f2d0f8a0d0f4e0a2b7c6d5e4f3a2b1c0d9e8f7a6',
    from: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F',
    blockTime: '2026-11-22T13:41:09.000Z',
  },
  order_stray: {
    native: { amount: '0.25', symbol: 'ETH' },
    token: '0x0000000000000000000000000000000000000000',
    chainId: 8453,
    txHash: '0x3c1f5b0c8b1f7c0a9ddcbb70f2d0f8a0d0f4e0a2b7c6d5e4f3a2b1c0d9e8f7a6',
    from: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F',
  },
  order_refunded: REFUND,
  shopper_refund: REFUND,
  order_refund_removed: { ...REMOVED, isLost: false },
  shopper_refund_removed: { ...REMOVED, isLost: false },

  invoice_sent: INVOICE,
  invoice_reminder: {
    ...INVOICE,
    reminder: 'after',
    part: {
      received: { amount: '540.00', unit: { fiat: 'EUR' } },
      due: { amount: '1000.50', unit: { fiat: 'EUR' } },
    },
  },
  receiver_failing: {
    url: 'https://shop.example/allscale/webhook',
    webhookId: 'evt_9f8e7d6c5b4a39281706f5e4d3c2b1a0',
    attempts: 3,
    responseStatus: 503,
    lastError: 'the receiver returned 503',
  },
  receiver_disabled: { url: 'https://shop.example/allscale/webhook' },
  invitation: {
    merchantName: 'Nordlicht Coffee & Sons <Berlin>',
    role: 'manager',
    invitedBy: 'maja@nordlicht.example',
    link: SECRET_LINK,
    expiresAt: EXPIRES_AT,
  },
  password_reset: { link: SECRET_LINK, expiresAt: EXPIRES_AT },
  email_verification: { link: SECRET_LINK, expiresAt: EXPIRES_AT },
  account_notice: { event: 'recovery_started', link: SECRET_LINK, time: EXPIRES_AT, email: 'maja@nordlicht.example' },
  new_key: {
    keyName: 'Web shop',
    apiKey: 'st_0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    createdBy: 'maja@nordlicht.example',
    createdAt: '2026-11-22T13:05:00.000Z',
    link: `${LINK}/developers`,
    notMe: '/account/not-me?token=sample',
  },
  network_unusable: {
    networks: [
      { name: 'Polygon', problem: 'no_code' },
      { name: 'BNB Smart Chain', problem: 'changed_token' },
    ],
  },
  new_device: {
    at: '2026-11-22T13:05:00.000Z',
    device: 'Firefox on Linux',
    ipAddress: '203.0.113.7',
    link: 'https://pay.example.com/account/security',
    notMe: '/account/not-me?token=sample',
  },
  log_in_attempts: {
    wrong: 'password',
    attempts: 10,
    at: '2026-11-22T13:05:00.000Z',
    link: 'https://pay.example.com/account/security',
    letIn: '/account/let-in?token=sample',
  },
  audit_head: {
    number: 17,
    at: '2026-11-22T00:05:00.000Z',
    entries: '1240',
    lastId: '1243',
    hash: '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
    publicKey: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    signature: 'zxcvbnmASDFGHJKLqwertyuiop1234567890zxcvbnmASDFGHJKLqwertyuiop1234567890zxcvbnmASDFGHJ',
  },
  operator_alert: {
    began: [
      { kind: 'chain_behind', chainId: 8453, figure: 310, since: '2026-11-22T13:05:00.000Z', endedAt: null },
      { kind: 'relayer_low', chainId: 1, figure: 42, since: '2026-11-22T13:05:00.000Z', endedAt: null },
    ],
    reminded: [
      { kind: 'review_old', chainId: null, figure: 190_000, since: '2026-11-21T13:05:00.000Z', endedAt: null },
    ],
    ended: [
      {
        ...{ kind: 'settlement_failing', chainId: 137, figure: 4_000 },
        ...{ since: '2026-11-22T11:05:00.000Z', endedAt: '2026-11-22T13:04:00.000Z' },
      },
    ],
    isTest: false,
    link: 'https://pay.example.com/operator/alerts',
  },
  settings_changed: {
    changes: [
      { setting: 'receiver', from: '0x71C7656E…f6d8976F', to: '0x14dC7996…32193d99' },
      { setting: 'webhook', from: 'https://shop.example/allscale…', to: null },
    ],
    changedBy: 'maja@nordlicht.example',
    at: '2026-11-22T13:05:00.000Z',
    notMe: '/account/not-me?token=sample',
  },
  change_waits: {
    change: {
      kind: 'receiver',
      subject: '0x14dC79964da2C08b23698B3D3cc7Ca32193d9955',
      from: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F',
    },
    requestedBy: 'maja@nordlicht.example',
    appliesAt: '2026-11-24T13:05:00.000Z',
    link: SECRET_LINK,
    notMe: '/account/not-me?token=sample',
  },
  change_canceled: {
    change: { kind: 'owner_invitation', subject: 'jonas@nordlicht.example', from: null },
    canceledBy: 'maja@nordlicht.example',
    at: '2026-11-22T14:05:00.000Z',
  },
  team_changed: {
    event: 'invited',
    person: 'jonas@nordlicht.example',
    role: 'manager',
    changedBy: 'maja@nordlicht.example',
    at: '2026-11-22T14:05:00.000Z',
    notMe: '/account/not-me?token=sample',
  },
  membership_changed: {
    event: 'removed',
    role: 'manager',
    changedBy: 'maja@nordlicht.example',
    at: '2026-11-22T14:05:00.000Z',
  },
  store_activated: { link: LINK },
  store_suspended: { reason: 'Goods that our terms exclude were offered.', link: LINK },
  daily_report: {
    ...REPORT,
    period: '2026-11-22',
    startsAt: '2026-11-21T23:00:00.000Z',
    endsAt: '2026-11-22T23:00:00.000Z',
    sums: sums('11431.5400', '68.5893', '11362.9507', 171, 148, '25.0000'),
    before: sums('10163.1000', '60.9786', '10102.1214', 150, 139),
    csvLink: null,
  },
  monthly_report: {
    ...REPORT,
    period: '2026-11',
    startsAt: '2026-10-31T23:00:00.000Z',
    endsAt: '2026-11-30T23:00:00.000Z',
    byStatus: [
      { status: 20, orders: 3911 },
      { status: 4, orders: 6 },
      { status: -5, orders: 498 },
      { status: -4, orders: 65 },
    ],
    byCoinAndNetwork: [
      { coin: 1, chainId: 56, orders: 2604, gross: '183412.7700', fee: '1100.4766', net: '182312.2934' },
      { coin: 2, chainId: 42161, orders: 1207, gross: '98115.0400', fee: '588.6903', net: '97526.3497' },
      { coin: 1, chainId: 8453, orders: 100, gross: '10312.4500', fee: '61.8747', net: '10250.5753' },
    ],
    sums: sums('291840.2600', '1751.0416', '290089.2184', 4480, 3911),
    before: sums('301244.9000', '1807.4694', '299437.4306', 4611, 4002),
    csvLink: 'https://pay.example.com/reports/17/orders.csv?signature=sample',
  },
};

/** Kinds that are about an account, not a store. */
const ACCOUNT_KINDS: readonly EmailKind[] = [
  'invitation',
  'password_reset',
  'email_verification',
  'account_notice',
  'new_device',
  'log_in_attempts',
  'audit_head',
  'operator_alert',
];

export const sampleInput = <Kind extends EmailKind>(kind: Kind, language: Language): EmailInput<Kind> => ({
  kind,
  data: DATA[kind],
  language,
  publicUrl: 'https://pay.example.com',
  store: ACCOUNT_KINDS.includes(kind) ? null : STORE,
  order: ORDER_KINDS.includes(kind) ? ORDER : null,
});
