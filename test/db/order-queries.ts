// Filters and searches of the list of orders, each with the same condition in plain SQL.

/** The store's time zone. */
export const ZONE = 'Europe/Berlin';

/** Search terms of one paid order. */
export type SampleOrder = Record<
  'id' | 'order_id' | 'tx_hash' | 'tx_from' | 'deposit_address' | 'settled_by' | 'day',
  string
>;

const ATTENTION = `(status in (4, 5, -3, -1)
  or (status = 20 and exists (select from review_item r where r.intent_id = i.id and r.state = 'open')))`;

/** A query of the list, and the same condition in plain SQL of an order `i`. */
export const ORDER_QUERIES: readonly [query: string, plain: string | ((of: SampleOrder) => string)][] = [
  ['', 'true'],
  ['tab=paid', 'status = 20'],
  ['tab=in-progress', 'status in (1, 2, 3, 10)'],
  ['tab=attention', ATTENTION],
  ['tab=expired', 'status in (-5, -4, -2)'],
  ['status=REJECTED', 'status = -2'],
  ['status=SEND_BACK', 'status = 5'],
  ['network=8453', 'paid_chain_id = 8453'],
  ['network=10&network=1', 'paid_chain_id in (10, 1)'],
  ['network=42161', 'paid_chain_id = 42161'],
  ['coin=USDC', 'paid_coin = 2'],
  ['method=WALLET_SCAN', 'payment_method_type = 1'],
  ['method=ALL_SCALE_PAY', 'payment_method_type = 3'],
  ['source=link', 'source = 1'],
  ['source=api', 'source = 0'],
  ['source=hand&source=invoice', 'source in (3, 2)'],
  ['source=api&source=link&tab=paid', 'source in (0, 1) and status = 20'],
  ['source=link&tab=attention', `source = 1 and ${ATTENTION}`],
  ['source=invoice&network=8453', 'source = 2 and paid_chain_id = 8453'],
  ['source=hand&method=WALLET_CONNECT', 'source = 3 and payment_method_type = 2'],
  ['source=hand&min=1', 'source = 3 and amount_units >= 1e18'],
  ['source=link&max=30', 'source = 1 and amount_units <= 30e18'],
  ['source=link&network=10&min=1', 'source = 1 and paid_chain_id = 10 and amount_units >= 1e18'],
  ['network=56&coin=USDT&method=WALLET_CONNECT', 'paid_chain_id = 56 and paid_coin = 1 and payment_method_type = 2'],
  ['tab=expired&network=56', 'false'],
  ['min=100&max=110', 'amount_units between 100e18 and 110e18'],
  ['min=957', 'amount_units >= 957e18'],
  // A rare amount reads all its rows, a frequent one filters while reading: each is combined with every kind of filter, and with none.
  ['min=1', 'amount_units >= 1e18'],
  ['min=100000', 'false'],
  ['network=8453&min=100&max=103', 'paid_chain_id = 8453 and amount_units between 100e18 and 103e18'],
  ['network=8453&min=100000', 'false'],
  ['network=10&min=1', 'paid_chain_id = 10 and amount_units >= 1e18'],
  ['coin=USDC&network=56&network=1&min=1', 'paid_coin = 2 and paid_chain_id in (56, 1) and amount_units >= 1e18'],
  ['method=WALLET_CONNECT&max=3', 'payment_method_type = 2 and amount_units <= 3e18'],
  ['method=WALLET_CONNECT&min=1', 'payment_method_type = 2 and amount_units >= 1e18'],
  ['tab=attention&min=1', `amount_units >= 1e18 and ${ATTENTION}`],
  ['tab=attention&max=50', `amount_units <= 50e18 and ${ATTENTION}`],
  ['tab=attention&network=8453', `paid_chain_id = 8453 and ${ATTENTION}`],
  ['tab=paid&network=10&min=1', 'status = 20 and paid_chain_id = 10 and amount_units >= 1e18'],
  [
    'from=DAY&to=DAY&min=1',
    ({ day }) => `amount_units >= 1e18 and (created_at at time zone '${ZONE}')::date = '${day}'`,
  ],
  ['tab=expired&min=500', 'status in (-5, -4, -2) and amount_units >= 500e18'],
  ['from=DAY&to=DAY', ({ day }) => `(created_at at time zone '${ZONE}')::date = '${day}'`],
  ['from=DAY&status=TIMEOUT', ({ day }) => `(created_at at time zone '${ZONE}')::date >= '${day}' and status = -5`],
  ['q=ID', ({ id }) => `id = '${id}'`],
  ['q=ORDER', ({ order_id }) => `order_id = '${order_id}'`],
  // Any part, any case, every word; the newest first. What most orders have, what few have, and what none has.
  ['q=WEB-00001', `order_id like '%WEB-00001%'`],
  ['q=web', `order_id ilike '%web%'`],
  ['q=0123', `order_id like '%0123%' or order_description like '%0123%'`],
  ['q=%23WEB-0000', `order_id like '%WEB-0000%'`],
  ['q=BLANKET', `order_description ilike '%blanket%'`],
  ['q=blanket+WEB-00', `order_description ilike '%blanket%' and order_id like '%WEB-00%'`],
  ['q=blanket&tab=expired', `order_description ilike '%blanket%' and status in (-5, -4, -2)`],
  [
    'q=blanket&from=DAY',
    ({ day }) => `order_description ilike '%blanket%' and (created_at at time zone '${ZONE}')::date >= '${day}'`,
  ],
  ['q=%25', 'false'],
  ['q=nothing-like-it', 'false'],
  ['q=TX', ({ tx_hash }) => `tx_hash = '${tx_hash}'`],
  ['q=SETTLED', ({ settled_by }) => `id in (select intent_id from settlement where tx_hash = '${settled_by}')`],
  ['q=PAYER', ({ tx_from }) => `id in (select intent_id from token_transfer where from_address = '${tx_from}')`],
  ['q=DEPOSIT', ({ deposit_address }) => `deposit_address = '${deposit_address}'`],
  [
    'q=PAYER&status=UNDERPAID',
    ({ tx_from }) => `status = -3 and id in (select intent_id from token_transfer where from_address = '${tx_from}')`,
  ],
];

/** The query with the terms of this order. */
export const queryOf = (query: string, sample: SampleOrder): string =>
  query
    .replaceAll('DAY', sample.day)
    .replace('q=ID', `q=${sample.id}`)
    .replace('q=ORDER', `q=${sample.order_id}`)
    .replace('q=TX', `q=${sample.tx_hash}`)
    .replace('q=SETTLED', `q=${sample.settled_by}`)
    .replace('q=PAYER', `q=${sample.tx_from}`)
    .replace('q=DEPOSIT', `q=${sample.deposit_address}`);
