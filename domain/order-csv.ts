// The columns of the two CSV files, and the cells of an order's row or a transfer. Stable, because people import these files: new columns
// are added at the end and explained in web/docs/content/csv-tables.server.ts (docs/guide/csv.md).
import { findChain } from './chains.ts';
import { type CoinId, coinSymbol } from './coins.ts';
import { type CurrencyId, currencySymbol } from './currencies.ts';
import type { IntentId } from './ids.ts';
import { formatDigits, formatUnitDigits } from './money.ts';
import { METHOD_NAMES } from './order-filter.ts';
import type { TransferState } from './payment-rules.ts';
import { type IntentStatus, type PaymentMethod, statusName } from './status.ts';

/** What a cell may begin with that a spreadsheet would compute (OWASP, CSV injection); the wide forms count too. */
export const FORMULA_START = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** The same behind a separator or a line break within a cell: a program that expects another separator sees a cell begin there. */
const INNER_FORMULA = /([,;\t\r\n])(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

/** An apostrophe before every formula that a reader of either separator could see within the cell. */
export const withoutInnerFormulas = (cell: string): string => cell.replace(INNER_FORMULA, "$1'");

export const ORDER_CSV_COLUMNS = [
  'created_at',
  'checkout_intent_id',
  'order_id',
  'description',
  'status',
  'fiat_amount',
  'fiat_currency',
  'price',
  'price_coin',
  'paid_at',
  'paid',
  'paid_coin',
  'network',
  'chain_id',
  'fee',
  'net',
  'surplus',
  'method',
  'tx_hash',
  'payer',
  'deposit_address',
  'user_id',
  'user_name',
  'row',
  'token',
] as const;

export const TRANSFER_CSV_COLUMNS = [
  'block_time',
  'checkout_intent_id',
  'order_id',
  'order_status',
  'amount',
  'coin',
  'network',
  'chain_id',
  'state',
  'in_payment',
  'tx_hash',
  'from',
  'to',
  'block_number',
  'token',
] as const;

/** Columns of our own amounts, in every file: digits with a decimal sign, and below zero for refunds that were removed. */
export const AMOUNT_COLUMNS: ReadonlySet<string> = new Set([
  'fiat_amount',
  'price',
  'paid',
  'fee',
  'net',
  'surplus',
  'amount',
  'sent_back',
  'sent_back_fee',
]);

/**
 * `order`: an order, with what was paid first where it was paid in several coins or networks. `part`: what was paid in another coin or
 * network. `accepted`: money that a person accepted after the payment. An order has one row of the first kind.
 */
export type OrderRowKind = 'order' | 'part' | 'accepted';

/**
 * A row of an order: one for each booking, or one while nothing is booked. Amounts are digits of ledger units, times epoch milliseconds;
 * what was paid is of this booking alone.
 */
export interface OrderCsvRow {
  kind: OrderRowKind;
  id: IntentId;
  createdAt: number;
  /** When this money was booked. */
  bookedAt: number | null;
  orderId: string | null;
  description: string | null;
  userId: string | null;
  userName: string | null;
  status: IntentStatus;
  currency: CurrencyId | null;
  cents: string;
  amountUnits: string;
  coin: CoinId;
  method: PaymentMethod;
  paidChainId: number | null;
  paidCoin: CoinId | null;
  /** The contract: a coin can have several on a network. */
  paidToken: string | null;
  paidUnits: string | null;
  feeUnits: string | null;
  netUnits: string | null;
  surplusUnits: string | null;
  /** Hashes and senders of the booking's transfers, in chain order, separated by spaces. */
  txHashes: string | null;
  payers: string | null;
  depositAddress: string;
}

export interface TransferCsvRow {
  intentId: IntentId;
  orderId: string | null;
  status: IntentStatus;
  chainId: number;
  token: string;
  coin: CoinId;
  amountUnits: string;
  blockTime: number;
  blockNumber: string;
  txHash: string;
  from: string;
  to: string;
  state: TransferState;
  inPayment: boolean;
}

/** One cell for each column. */
type CellsOf<Columns extends readonly string[]> = { [Index in keyof Columns]: string };

const units = (digits: string | null): string => (digits === null ? '' : formatUnitDigits(digits));
const network = (chainId: number): string => findChain(chainId)?.name ?? String(chainId);

/** @param iso writes epoch milliseconds in the store's zone (domain/local-days.ts) */
export const orderCells = (row: OrderCsvRow, iso: (epochMs: number) => string): CellsOf<typeof ORDER_CSV_COLUMNS> => [
  iso(row.createdAt),
  row.id,
  row.orderId ?? '',
  row.description ?? '',
  statusName(row.status),
  // The price is in the order's first row only, so that a column can be added up.
  row.kind !== 'order' || row.currency === null ? '' : formatDigits(row.cents, 2, 2),
  row.kind !== 'order' || row.currency === null ? '' : currencySymbol(row.currency),
  row.kind === 'order' ? units(row.amountUnits) : '',
  row.kind === 'order' ? coinSymbol(row.coin) : '',
  row.bookedAt === null ? '' : iso(row.bookedAt),
  units(row.paidUnits),
  row.paidCoin === null ? '' : coinSymbol(row.paidCoin),
  row.paidChainId === null ? '' : network(row.paidChainId),
  row.paidChainId === null ? '' : String(row.paidChainId),
  units(row.feeUnits),
  units(row.netUnits),
  units(row.surplusUnits),
  row.method === 0 ? '' : METHOD_NAMES[row.method],
  row.txHashes ?? '',
  row.payers ?? '',
  row.depositAddress,
  row.userId ?? '',
  row.userName ?? '',
  row.kind,
  row.paidToken ?? '',
];

/** @param iso as in `orderCells` */
export const transferCells = (
  row: TransferCsvRow,
  iso: (epochMs: number) => string,
): CellsOf<typeof TRANSFER_CSV_COLUMNS> => [
  iso(row.blockTime),
  row.intentId,
  row.orderId ?? '',
  statusName(row.status),
  units(row.amountUnits),
  coinSymbol(row.coin),
  network(row.chainId),
  String(row.chainId),
  row.state,
  row.inPayment ? 'yes' : 'no',
  row.txHash,
  row.from,
  row.to,
  row.blockNumber,
  row.token,
];
