// What makes each table grow, and what ends its rows. A test compares the list with the schema: a new table must say it here.

/**
 * `order`: with each order or payment; `request`: with each request of an API or a page; `day`: with time; `person`: with what people set up
 * or do in the dashboard.
 */
export type GrowsWith = 'order' | 'request' | 'day' | 'person';

/**
 * `book`: never deleted, because sums, proofs or promises need it. `log`: deleted once it is finished and old. `queue`: deleted when it is
 * done, or days later. `state`: as many rows as there are things that it describes.
 */
export type Nature = 'book' | 'log' | 'queue' | 'state';

export interface TableGrowth {
  growsWith: GrowsWith;
  nature: Nature;
  /** What ends its rows; absent for books and states. */
  ends?: string;
}

const book = (growsWith: GrowsWith): TableGrowth => ({ growsWith, nature: 'book' });
const state = (growsWith: GrowsWith): TableGrowth => ({ growsWith, nature: 'state' });
const log = (growsWith: GrowsWith, ends: string): TableGrowth => ({ growsWith, nature: 'log', ends });
const queue = (growsWith: GrowsWith, ends: string): TableGrowth => ({ growsWith, nature: 'queue', ends });

const DELIVERIES = 'RETENTION_DELIVERY_DAYS, once finished';
const CLAIMS = 'RETENTION_CLAIM_DAYS, once done';

/** By name, of the schema `public`; others with their schema. */
export const TABLE_GROWTH: Readonly<Record<string, TableGrowth>> = {
  checkout_intent: book('order'),
  order_search: book('order'),
  timeline_event: book('order'),
  order_event: book('order'),
  token_transfer: book('order'),
  booking: book('order'),
  settlement: book('order'),
  relayer_tx: book('order'),
  review_item: book('order'),
  refund_request: book('order'),
  send_back: book('order'),
  send_back_entry: book('order'),
  held_transfer: queue('order', 'when its token is credited'),
  stray_money: book('order'),
  announced_transaction: book('order'),
  wallet_tx: book('order'),
  order_source: book('order'),
  idempotency_key: book('order'),
  simulation: book('order'),
  refund_address: log('order', 'RETENTION_ORDER_DAYS'),
  screened_payer: log('order', 'RETENTION_ORDER_DAYS'),
  event_erasure: queue('order', 'when the events are emptied'),
  stray_search: queue('order', 'when the search is done'),
  dispatch: queue('order', '7 days after Temporal accepted it'),
  webhook_event: log('order', DELIVERIES),
  webhook_attempt: log('order', DELIVERIES),
  endpoint_delivery: log('order', DELIVERIES),
  endpoint_attempt: log('order', DELIVERIES),
  email_message: log('order', DELIVERIES),
  kept_claim: log('request', CLAIMS),
  block_recheck: log('request', CLAIMS),
  request_log: log('request', '7 days, with its day'),
  api_nonce: queue('request', 'when it expires, minutes later'),
  visitor_email: queue('request', '2 days'),
  'limits.api_rate': queue('request', 'when its window ends'),
  'limits.log_in_rate': queue('request', 'when its window ends'),
  'auth.rateLimit': queue('request', 'when its window ends'),
  mailbox_message: log('day', 'development only'),
  report: book('day'),
  order_day_total: book('day'),
  fiat_rate_history: book('day'),
  books_check: book('day'),
  audit_head: book('day'),
  operator_alert: book('day'),
  alert_message: book('day'),
  chain_block: queue('day', 'when it is final'),
  gas_price: queue('day', '7 days'),
  audit_entry: book('person'),
  invoice: book('person'),
  invoice_line: book('person'),
  operator_proposal: book('person'),
  pending_change: book('person'),
  change_link: book('person'),
  report_opt_out: book('person'),
  wallet: book('person'),
  sealed_key: state('person'),
  invitation: log('person', 'RETENTION_MESSAGE_DAYS, once accepted or expired'),
  'auth.session': log('person', 'a day after it expires'),
  'auth.verification': log('person', 'a day after it expires'),
  'auth.user': state('person'),
  'auth.account': state('person'),
  'auth.passkey': state('person'),
  'auth.twoFactor': state('person'),
  'auth.recoveryCode': state('person'),
  totp_use: state('person'),
  merchant: state('person'),
  store: state('person'),
  store_logo: state('person'),
  member: state('person'),
  api_key: state('person'),
  webhook_endpoint: state('person'),
  payment_link: state('person'),
  link_picture: state('person'),
  invoice_sequence: state('person'),
  order_view: state('person'),
  alert_mute: state('person'),
  network_notice: state('person'),
  receiver_code: state('person'),
  event_sequence: state('person'),
  chain_cursor: state('day'),
  relayer_account: state('day'),
  token_check: state('day'),
  fiat_rate: state('day'),
  email_pace: state('day'),
  retention_cursor: state('day'),
  database_life: state('day'),
  mikro_orm_migrations: state('day'),
};
