// The file of a report: the columns of an order (order-csv.ts), then those of refunds; one row for each paid order and one for each
// refund. Stable as those are, and explained in web/docs/content/csv-tables.server.ts.
import type { Address, Hex } from './address.ts';
import { findChain } from './chains.ts';
import { type CoinId, coinSymbol } from './coins.ts';
import { CSV_STYLE_LIST, type CsvStyle } from './csv-style.ts';
import type { IntentId } from './ids.ts';
import { formatUnits, unitsOf } from './money.ts';
import { ORDER_CSV_COLUMNS, type OrderCsvRow } from './order-csv.ts';
import type { ReviewKind } from './review-kinds.ts';

/**
 * What a report's file has in it. A stored report keeps the format that it was made with, so that its bytes stay the same.
 * 1: paid orders, in the columns of the export. 2: refunds too, in columns at the end. 3: a row for each booking; in 1 and 2 an order
 * has one row, with the sum of its payment under the coin and network of one transfer. 4: which token it was, in a column at the end.
 * 5 to 7: as 4, in one of the three styles, and without formulas for a program that expects another separator.
 */
export type ReportCsvFormat = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** What a new report is made with. */
export const REPORT_FORMAT_OF_STYLE = {
  comma: 5,
  semicolon: 6,
  semicolon_decimal_comma: 7,
} as const satisfies Record<CsvStyle, ReportCsvFormat>;

/** The style of a report's file; null for those before 5, which have commas and points. */
export const styleOfReport = (format: ReportCsvFormat): CsvStyle | null =>
  CSV_STYLE_LIST.find((style) => REPORT_FORMAT_OF_STYLE[style] === format) ?? null;

export const REFUND_CSV_COLUMNS = [
  'row',
  'sent_back_at',
  'sent_back',
  'sent_back_fee',
  'sent_back_from',
  'sent_back_to',
  'sent_back_of',
] as const;

/**
 * The columns of an order in every format. Stored reports are written again from the ledger and must give the same bytes, so a column
 * that the export gets later is not in them.
 */
export const REPORT_ORDER_COLUMNS = ORDER_CSV_COLUMNS.slice(0, 23);

const WITH_REFUNDS = [...REPORT_ORDER_COLUMNS, ...REFUND_CSV_COLUMNS] as const;
export const REPORT_CSV_COLUMNS = [...WITH_REFUNDS, 'token'] as const;

/** The columns of each format: those of the one before, and more at the end. */
export const COLUMNS_OF_FORMAT: Readonly<Record<ReportCsvFormat, readonly string[]>> = {
  1: REPORT_ORDER_COLUMNS,
  2: WITH_REFUNDS,
  3: WITH_REFUNDS,
  4: REPORT_CSV_COLUMNS,
  5: REPORT_CSV_COLUMNS,
  6: REPORT_CSV_COLUMNS,
  7: REPORT_CSV_COLUMNS,
};

/**
 * Money that went back, confirmed; or a refund that a reorganisation removed after it was confirmed, with negative amounts. Neither
 * changes any more. Amounts are digits of ledger units, times epoch milliseconds.
 */
export interface RefundCsvRow {
  kind: 'confirmed' | 'removed';
  intentId: IntentId;
  createdAt: number;
  orderId: string | null;
  description: string | null;
  userId: string | null;
  userName: string | null;
  depositAddress: Address;
  confirmedAt: number;
  chainId: number;
  coin: CoinId;
  token: Address;
  /** What left, the fee included. */
  amountUnits: string;
  feeUnits: string;
  txHash: Hex | null;
  from: Address;
  to: Address;
  of: ReviewKind | 'surplus' | 'payment';
}

type Cells = Readonly<Partial<Record<(typeof REPORT_CSV_COLUMNS)[number], string>>>;

const lineOf = (cells: Cells): string[] => REPORT_CSV_COLUMNS.map((column) => cells[column] ?? '');

/** An order's line within a report. @param cells of `orderCells` */
export const paidOrderLine = (
  cells: readonly string[],
  { kind, paidToken }: Pick<OrderCsvRow, 'kind' | 'paidToken'>,
): string[] => [
  ...cells.slice(0, REPORT_ORDER_COLUMNS.length),
  ...REFUND_CSV_COLUMNS.map((column) => (column === 'row' ? kind : '')),
  paidToken ?? '',
];

/**
 * A refund's line. Price, status and all amounts of the order stay empty: each is in the order's own row, and would be added up twice
 * here; and the status may still change. @param iso as in `orderCells`
 */
export const refundLine = (row: RefundCsvRow, iso: (epochMs: number) => string): string[] =>
  lineOf({
    created_at: iso(row.createdAt),
    checkout_intent_id: row.intentId,
    order_id: row.orderId ?? '',
    description: row.description ?? '',
    paid_coin: coinSymbol(row.coin),
    network: findChain(row.chainId)?.name ?? String(row.chainId),
    chain_id: String(row.chainId),
    tx_hash: row.txHash ?? '',
    deposit_address: row.depositAddress,
    user_id: row.userId ?? '',
    user_name: row.userName ?? '',
    row: row.kind === 'removed' ? 'send_back_removed' : 'send_back',
    sent_back_at: iso(row.confirmedAt),
    sent_back: formatUnits(unitsOf(row.amountUnits)),
    sent_back_fee: formatUnits(unitsOf(row.feeUnits)),
    sent_back_from: row.from,
    sent_back_to: row.to,
    sent_back_of: row.of,
    token: row.token,
  });
