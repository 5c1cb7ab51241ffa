// The rows that an export's progress and end name are those that a CSV reader finds, wherever its stream was cut.
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { rowCounter } from '#web/dashboard/orders/parts/csv-rows.ts';

test('breaks within cells are no rows, and quotes within quotes end nothing', () => {
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
