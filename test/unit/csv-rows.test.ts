// The rows that an export's progress and end report are the rows a CSV reader finds, wherever the stream was split.
import Papa from 'papaparse';
import { expect, test } from 'vitest';
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
