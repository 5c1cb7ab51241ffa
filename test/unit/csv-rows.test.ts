// CSV files: columns keep their name and position, and an export counts its rows as a CSV reader does, wherever its stream is cut.
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import {
  AMOUNT_COLUMNS,
  ORDER_CSV_COLUMNS,
  type OrderCsvRow,
  orderCells,
  TRANSFER_CSV_COLUMNS,
} from '#domain/order-csv.ts';
import { COLUMNS_OF_FORMAT, REPORT_CSV_COLUMNS, type ReportCsvFormat } from '#domain/report-csv.ts';
import { rowCounter } from '#web/dashboard/orders/parts/csv-rows.ts';

test('line breaks inside cells are not rows, and doubled quotes do not end a cell', () => {
  const rows = [
    ['name', 'note'],
    ['a', 'one\nline "two"\r\nthree'],
    ['"', '""\n'],
    ['日本', ''],
  ];
  const bytes = new TextEncoder().encode(`\uFEFF${Papa.unparse(rows, { newline: '\r\n' })}\r\n`);
  expect(rowCounter()(bytes)).toBe(3);
  const count = rowCounter();
  expect([...bytes].map((byte) => count(Uint8Array.of(byte))).at(-1)).toBe(3);
  expect(rowCounter()(new Uint8Array())).toBe(0);
});

test('a report has the columns that stored reports were sent with, in their order', () => {
  const first =
    'created_at,checkout_intent_id,order_id,description,status,fiat_amount,fiat_currency,price,price_coin,paid_at,paid,paid_coin,network,chain_id,fee,net,surplus,method,tx_hash,payer,deposit_address,user_id,user_name';
  const refunds = 'row,sent_back_at,sent_back,sent_back_fee,sent_back_from,sent_back_to,sent_back_of';
  const inFormat: Record<ReportCsvFormat, string> = {
    1: first,
    2: `${first},${refunds}`,
    3: `${first},${refunds}`,
    4: `${first},${refunds},token`,
    5: `${first},${refunds},token`,
    6: `${first},${refunds},token`,
    7: `${first},${refunds},token`,
  };
  for (const format of [1, 2, 3, 4, 5, 6, 7] as const) expect(COLUMNS_OF_FORMAT[format].join()).toBe(inFormat[format]);
  expect(REPORT_CSV_COLUMNS.join()).toBe(inFormat[4]);
});

test('every column of amounts takes the decimal sign of the file', () => {
  const known = [...ORDER_CSV_COLUMNS, ...TRANSFER_CSV_COLUMNS, ...REPORT_CSV_COLUMNS];
  expect([...AMOUNT_COLUMNS].filter((column) => !known.some((each) => each === column))).toEqual([]);
  const written = {
    kind: 'order',
    status: 2,
    method: 1,
    currency: 1,
    cents: '1234',
    coin: 1,
    paidCoin: 1,
    paidChainId: 1,
  };
  const order = orderCells(
    {
      ...{ ...written, id: 'x', createdAt: 0, bookedAt: 0, orderId: '1', description: '1', userId: '1', userName: '1' },
      ...{ amountUnits: '1', paidUnits: '1', feeUnits: '1', netUnits: '1', surplusUnits: '1', paidToken: '0x1' },
      ...{ txHashes: '0x1', payers: '0x1', depositAddress: '0x1' },
    } as unknown as OrderCsvRow,
    () => 'time',
  );
  const decimals = ORDER_CSV_COLUMNS.filter((_, at) => /^\d+\.\d+$/.test(order[at] ?? ''));
  expect(decimals).toEqual(ORDER_CSV_COLUMNS.filter((column) => AMOUNT_COLUMNS.has(column)));
});

test('new columns of the orders come after the known ones', () => {
  expect(ORDER_CSV_COLUMNS.join()).toMatch(/^created_at,checkout_intent_id,.*,user_id,user_name,row,token\b/);
});

test('new columns of the transfers come after the known ones', () => {
  expect(TRANSFER_CSV_COLUMNS.join()).toMatch(
    /^block_time,checkout_intent_id,order_id,order_status,amount,coin,network,chain_id,state,in_payment,tx_hash,from,to,block_number,token\b/,
  );
});
