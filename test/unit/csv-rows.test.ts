// CSV files: columns keep their name and position, and an export counts its rows as a CSV reader does, wherever its stream is cut.
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { ORDER_CSV_COLUMNS, TRANSFER_CSV_COLUMNS } from '#domain/order-csv.ts';
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
  };
  for (const format of [1, 2, 3, 4] as const) expect(COLUMNS_OF_FORMAT[format].join()).toBe(inFormat[format]);
  expect(REPORT_CSV_COLUMNS.join()).toBe(inFormat[4]);
});

test('new columns of the orders come after the known ones', () => {
  expect(ORDER_CSV_COLUMNS.join()).toMatch(/^created_at,checkout_intent_id,.*,user_id,user_name,row,token\b/);
});

test('new columns of the transfers come after the known ones', () => {
  expect(TRANSFER_CSV_COLUMNS.join()).toMatch(
    /^block_time,checkout_intent_id,order_id,order_status,amount,coin,network,chain_id,state,in_payment,tx_hash,from,to,block_number,token\b/,
  );
});
